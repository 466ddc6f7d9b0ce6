// `npm run check` runs all of these, whatever fails; `npm run check -- types lint` runs some. One line for each result.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const checks: readonly Check[] = [
  { name: "types", command: ["npm", "run", "--silent", "types"] },
  { name: "lint", command: ["npm", "run", "--silent", "lint", "--", "--format=unix"] },
  { name: "format", command: ["biome", "ci", "--colors=off"] },
  { name: "imports", command: ["node", "checks/import-rules.ts"] },
  { name: "unused", command: ["knip", "--no-config-hints"] },
  {
    name: "unused-in-product",
    command: ["knip", "--production", "--strict", "--include", "files,dependencies,unlisted"],
  },
  { name: "sizes", command: ["node", "checks/sizes.ts"] },
  { name: "suppressions", command: ["node", "checks/suppressions.ts"] },
  { name: "lockfile", command: ["node", "checks/lockfile.ts"] },
  { name: "dependencies", command: ["node", "checks/dependencies.ts"] },
  { name: "reference", command: ["node", "checks/reference/configuration.ts"] },
  { name: "client-types", command: ["node", "checks/reference/client-types.ts"] },
  { name: "examples", command: ["node", "checks/reference/examples.ts"] },
  { name: "deployment", command: ["node", "checks/deployment/deployment.ts"] },
  { name: "api-seen", command: ["node", "checks/openapi/seen.ts"] },
  { name: "api", command: ["node", "checks/openapi/try-requests.ts"] },
  { name: "docs", command: ["node", "checks/docs.ts"] },
  { name: "package", command: ["node", "checks/package.ts"] },
  { name: "bench", command: ["npm", "run", "--silent", "bench", "--", "--short"] },
  { name: "audit", command: ["node", "checks/audit.ts"] },
];

const maxMs = 5 * 60_000;
/** Exit code of a check that could not be run here, for a reason outside of the repository. */
const notRun = 77;

type Result = "passed" | "failed" | "not run";

function run({ name, command: [program, ...args] }: Check): Result {
  const startedAt = performance.now();
  const ended = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: maxMs,
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const output = `${ended.stdout}${ended.stderr}`.trim();
  const result = ended.status === 0 ? "passed" : ended.status === notRun ? "not run" : "failed";
  const lastLine = result === "failed" ? (ended.error?.message ?? "") : (output.split("\n").at(-1) ?? "");
  console.log(`${result.padEnd(7)}  ${name.padEnd(17)}  ${seconds.padStart(5)} s  ${lastLine.slice(0, 100)}`.trimEnd());
  if (result === "failed") console.log(output.replaceAll(/^/gm, "         "));
  return result;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(", ")}; there are ${checks.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const results = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map(run);
const passed = results.filter((result) => result === "passed").length;
const failed = results.filter((result) => result === "failed").length;
mkdirSync(".cache", { recursive: true });
writeFileSync(".cache/checks.json", JSON.stringify({ passed, failed }));
console.log(`${passed} checks passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
