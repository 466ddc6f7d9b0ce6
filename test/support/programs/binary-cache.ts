import { randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));

/** Where a fetched program is kept: for all checkouts of this user, or in this one where that folder cannot be written. */
export function cachedPaths(program: string): readonly string[] {
  const ofUser = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const name = `${program}-${process.platform}-${process.arch}`;
  return [join(ofUser, "workflows-tests", name), join(checkout, ".cache", name)];
}

/** Moves a file into the cache under a program's name, in one step, because others may do the same or start it at this moment. Gives its new path. */
export async function keepInCache(file: string, program: string): Promise<string> {
  let failure: unknown;
  for (const path of cachedPaths(program)) {
    try {
      return await place(file, path);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function place(program: string, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomUUID()}`;
  try {
    await copyFile(program, beside);
    await chmod(beside, 0o755);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return path;
}
