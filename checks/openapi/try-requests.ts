// Sends requests that schemathesis makes from the description of the API, good ones and bad ones, to a real process, and looks whether each answer is as
// the description says. `--long`: ten thousand and more, with tokens and without; else some hundred.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { configurationFor } from "./configuration.ts";
import { findSchemathesis, type Schemathesis } from "./schemathesis.ts";
import { type Site, startSite } from "./site.ts";

const { long, seed } = parseArgs({ options: { long: { type: "boolean" }, seed: { type: "string" } } }).values;

/** Requests of one run, and of a long one. */
const leastShort = 300;
const leastLong = 10_000;
const maxMs = long === true ? 30 * 60_000 : 4 * 60_000;

/** Exit code of a check that could not be run here. */
const notRun = 77;

async function run(): Promise<number> {
  let program: Schemathesis;
  try {
    program = await findSchemathesis();
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : String(error)}`);
    return process.env["CI"] === undefined ? notRun : 1;
  }
  let requests = 0;
  for (const withToken of long === true ? [false, true] : [false]) {
    await using site = await startSite({ withToken });
    const { passed, tried } = await tryAt(site, program);
    requests += tried;
    if (!passed) return 1;
  }
  const least = long === true ? leastLong : leastShort;
  console.log(`${requests} requests, each answered as the description says`);
  if (requests >= least) return 0;
  console.error(`that is less than ${least}: the check has become smaller than it was meant to be`);
  return 1;
}

/** What it printed, and whether it found nothing. */
function printed(
  { program, args, env }: Schemathesis,
  options: readonly string[],
  cwd: string,
): Promise<{ readonly passed: boolean; readonly output: string }> {
  const how = { cwd, timeout: maxMs, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(program, [...args, ...options], how, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: `${stdout}\n${stderr}` }),
    );
  });
}

async function tryAt(
  site: Site,
  schemathesis: Schemathesis,
): Promise<{ readonly passed: boolean; readonly tried: number }> {
  const { workflows, folder, token } = site;
  const config = join(folder, "schemathesis.toml");
  writeFileSync(config, configurationFor(site));
  const examples = long === true ? 120 : 12;
  const { passed, output } = await printed(
    schemathesis,
    [
      "--no-color",
      "--config-file",
      config,
      "run",
      `${workflows.url}/api/v1/openapi.json`,
      "--phases",
      long === true ? "examples,coverage,fuzzing" : "examples,fuzzing",
      "--max-examples",
      String(examples),
      "--continue-on-failure",
      ...(long === true ? ["--generation-database", "none"] : ["--generation-deterministic", "--no-shrink"]),
      ...(seed === undefined ? [] : ["--seed", seed]),
      ...(token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`]),
    ],
    folder,
  );
  const tried = Number(/^ *(\d+) generated/m.exec(output)?.[1] ?? 0);
  if (!passed) console.error(`${output}\n${workflows.output().slice(-4000)}`);
  return { passed, tried };
}

process.exitCode = await run();
