// Set-up of test files: a test fails when what it asked our API, or was answered, is not as the API's description says.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import type { Checker } from "./checker.ts";
import type { OpenApi } from "./document.ts";
import { documentPath, seenFolder } from "./places.ts";
import { Recorder } from "./recorder.ts";

const recorder = new Recorder();
const seen = new Set<string>();
let checker: Checker | undefined;

afterEach(async () => {
  const exchanges = recorder.take();
  if (exchanges.length === 0) return;
  checker ??= await newChecker();
  const mistakes = new Set<string>();
  for (const exchange of exchanges) {
    const verdict = checker.check(exchange);
    if (verdict.seen !== undefined) seen.add(JSON.stringify(verdict.seen));
    for (const mistake of verdict.mistakes)
      mistakes.add(`${exchange.method} ${exchange.target.slice(0, 200)}: ${mistake}`);
  }
  if (mistakes.size === 0) return;
  throw new Error(`The API did not do what its description says:\n${[...mistakes].slice(0, 20).join("\n")}`);
});

afterAll(async () => {
  if (seen.size === 0) return;
  await mkdir(seenFolder, { recursive: true });
  await writeFile(join(seenFolder, `${randomUUID()}.jsonl`), [...seen].join("\n"));
});

/** Made when a test has called the API: most files of some folders never do. */
async function newChecker(): Promise<Checker> {
  const made = await import("./checker.ts");
  return new made.Checker(JSON.parse(await readFile(documentPath, "utf8")) as OpenApi);
}
