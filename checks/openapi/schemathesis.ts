import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedPaths } from "../../test/support/programs/binary-cache.ts";
import { findPip } from "../../test/support/programs/pip.ts";
import { runCommand } from "../../test/support/programs/run-command.ts";

/** What its options, its checks and its configuration mean changes between versions. */
const version = "4.32.5";

const installMs = 180_000;

/** How to call it: a program, its first arguments, and what its environment needs. */
export interface Schemathesis {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Schemathesis, from the folder where it was installed before or with whatever pip there is. Rejects with the reason why it cannot be had. */
export async function findSchemathesis(): Promise<Schemathesis> {
  let reason = "no folder can be written";
  const folders = cachedPaths(`schemathesis-${version}`);
  const found = folders.find((folder) => existsSync(folder));
  if (found !== undefined) return calling(found);
  for (const folder of folders) {
    try {
      await install(folder);
      return calling(folder);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(`schemathesis ${version} cannot be had: ${reason}`);
}

function calling(folder: string): Schemathesis {
  return { program: "python3", args: ["-m", "schemathesis.cli"], env: { PYTHONPATH: folder } };
}

/** In one step, because others may do the same at this moment. A folder of its own needs neither `venv` nor the right to change the system's packages. */
async function install(folder: string): Promise<void> {
  const [program, ...args] = await findPip();
  const beside = `${folder}.${randomUUID()}`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--retries", "2"];
    await runCommand(
      program,
      [...args, "install", ...options, "--target", beside, `schemathesis==${version}`],
      installMs,
    );
    await runCommand("python3", ["-m", "schemathesis.cli", "--version"], 60_000, { PYTHONPATH: join(beside) });
    await rename(beside, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // somebody else was first
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
