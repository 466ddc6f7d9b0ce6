// The examples are valid, with the settings that stand beside them, and without a single warning.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { report } from "../report.ts";

/** Folders with definitions, and the configuration that they are made for. */
const examples: readonly { readonly folder: string; readonly definitions: string; readonly config?: string }[] = [
  { folder: "examples", definitions: "workflows" },
  { folder: "examples/device-management", definitions: "definitions", config: "config.yaml" },
];

const launcher = resolve("bin/workflows");
const settings = Object.entries(process.env).filter(([name]) => !name.startsWith("WORKFLOWS_"));

interface Validated {
  readonly workflows: readonly unknown[];
  readonly problems: readonly unknown[];
}

function validated({ folder, definitions, config }: (typeof examples)[number]): Validated {
  const configured = config === undefined ? [] : ["-config", config];
  const { stdout, stderr } = spawnSync(launcher, [...configured, "validate", "--json", definitions], {
    cwd: folder,
    encoding: "utf8",
    env: Object.fromEntries(settings),
  });
  try {
    return JSON.parse(stdout) as Validated;
  } catch {
    return { workflows: [], problems: [`validate printed ${stdout}${stderr}`] };
  }
}

const results = examples.map(validated);

report(
  results.flatMap(({ problems }) => problems.map((problem) => JSON.stringify(problem))),
  `${results.reduce((count, { workflows }) => count + workflows.length, 0)} workflows, nothing to say about them`,
);
