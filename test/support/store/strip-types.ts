// Runs before the tests: strips the types of the SQLite store's threads, of which they start more than a thousand. What a process has stripped it leaves to
// others when it ends, and those that run tests end last.
import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { checkout } from "../product/checkout.ts";

const threads = ["src/store/sqlite/thread.ts", "src/store/sqlite/database/copier-thread.ts"];

let isDone = false;

export async function setup(): Promise<void> {
  if (isDone) return; // for another project of this run
  isDone = true;
  const urls = threads.map((path) => new URL(path, pathToFileURL(checkout)));
  const load = `await Promise.allSettled(${JSON.stringify(urls)}.map((url) => import(url)));`; // as no thread each refuses to run, once it is read
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", load]);
}
