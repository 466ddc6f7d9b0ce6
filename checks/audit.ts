// Asks the registry for known vulnerabilities in what the product depends on.
import { spawnSync } from "node:child_process";
import { report } from "./report.ts";

interface Audit {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string; readonly code?: string };
}

function answerOf(text: string): Audit {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return { message: "no JSON" };
  }
}

const run = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-timeout=20000", "--fetch-retries=0"], {
  encoding: "utf8",
  timeout: 60_000,
});
const { vulnerabilities, error, message } = answerOf(run.stdout);

if (vulnerabilities === undefined) {
  const reason = message ?? error?.summary ?? error?.code ?? run.error?.message ?? "no answer";
  console.log(`npm audit was not run: the registry did not answer (${reason.split("\n")[0]?.trim() ?? ""})`);
  process.exitCode = 77;
} else {
  const found = Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  report(found, "no known vulnerability in what the product depends on");
}
