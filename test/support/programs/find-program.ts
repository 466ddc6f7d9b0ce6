import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { cachedPaths } from "./binary-cache.ts";

/** A program that tests need cannot be had on this machine. The message is one sentence with every reason. */
export class NoProgram extends Error {
  override readonly name = "NoProgram";
}

export interface Source {
  readonly name: string;
  /** Answers the path of a program; rejects with the reason. */
  readonly find: () => Promise<string>;
}

/** The path of a program that runs here: one on the `PATH`, one that was fetched before, or one of the first source that has it. `check` throws where one is of no use. Throws `NoProgram`. */
export async function findProgram(
  program: string,
  sources: readonly Source[],
  check: (path: string) => Promise<void>,
): Promise<string> {
  const here: readonly Source[] = [
    { name: `a ${program} on the PATH`, find: () => firstExecutable(onPath(program)) },
    { name: "a cached one", find: () => firstExecutable(cachedPaths(program)) },
  ];
  const reasons: string[] = [];
  for (const { name, find } of [...here, ...sources]) {
    try {
      const path = await find();
      await check(path);
      return path;
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new NoProgram(`no ${program} can be had (${reasons.join("; ")})`);
}

function onPath(program: string): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, program));
}

async function firstExecutable(paths: readonly string[]): Promise<string> {
  const path = paths.find(isExecutable);
  return path === undefined ? Promise.reject(new Error("there is none")) : path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
