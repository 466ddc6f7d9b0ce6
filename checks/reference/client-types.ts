// The types of src/client/api/ are made from the API's OpenAPI document: `npm run check -- client-types` compares them,
// `node checks/reference/client-types.ts --write` writes them anew.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { madeDocument } from "../openapi/made-document.ts";
import { report } from "../report.ts";
import { moduleTexts, type OpenApi } from "./client/module-text.ts";

/** Those that the client has a method for. The bodies of bulk calls are alike but for the members of their actions. */
const operations = {
  operations: {
    type: "Operations",
    ids: [
      "addDefinition",
      "cancelJob",
      "cancelJobs",
      "countJobs",
      "deleteJob",
      "explainJob",
      "getJobHistory",
      "getQueue",
      "getWorkflow",
      "listJobs",
      "listWorkers",
      "listWorkflows",
      "pauseJob",
      "restartJob",
      "resumeJob",
      "retryJob",
      "skipJob",
      "startJob",
      "startJobs",
      "tellJob",
    ],
  },
  "external-operations": {
    type: "ExternalOperations",
    ids: ["completeExternal", "failExternal", "heartbeatExternal", "pollExternal"],
  },
};

/** Which module has which named schemas: those that these lead to, and the rest. */
const schemas = {
  job: ["FinishedJob", "Job", "JobPage", "HistoryEntry"],
  explanation: ["Explanation"],
  answers: "the rest",
} as const;

function formatted(file: string, text: string): string {
  const { status, stdout, stderr, error } = spawnSync("biome", ["format", `--stdin-file-path=${file}`], {
    input: text,
    encoding: "utf8",
    env: { ...process.env, PATH: `node_modules/.bin:${process.env["PATH"] ?? ""}` },
  });
  if (status !== 0) throw new Error(`biome did not format the types: ${error?.message ?? stderr}`);
  return stdout;
}

const openApi = (await madeDocument()) as OpenApi;
const texts = moduleTexts(openApi, operations, schemas);
const modules = Object.entries(texts).map(([module, text]) => {
  const file = `src/client/api/${module}.ts`;
  return [file, formatted(file, text)] as const;
});
if (process.argv.includes("--write")) for (const [file, text] of modules) writeFileSync(file, text);
const stale = modules.filter(([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text);
report(
  stale.map(
    ([file]) => `${file} is not what the API says of itself: run node checks/reference/client-types.ts --write`,
  ),
  `${Object.values(operations).flatMap(({ ids }) => ids).length} operations, as the API describes them`,
);
