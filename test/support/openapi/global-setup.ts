// Runs once before the tests of each project that calls the API: makes its description, for the tests to be held against.
import { execFile } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { documentPath } from "./places.ts";

const program = fileURLToPath(new URL("../../../checks/openapi/print-document.ts", import.meta.url));

export async function setup(): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: 64 * 1024 * 1024 });
  await mkdir(dirname(documentPath), { recursive: true });
  const unfinished = `${documentPath}.${process.pid}`; // several projects, or runs, write the same
  await writeFile(unfinished, stdout);
  await rename(unfinished, documentPath);
}
