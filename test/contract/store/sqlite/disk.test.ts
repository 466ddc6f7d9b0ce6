import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { Database } from "../../../../src/store/sqlite/database/database.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";
import { startLimitedInserter } from "../../../support/store/sqlite-inserter.ts";

test.each([
  { full: "the journal cannot grow", maxMegabytes: 3 },
  { full: "the journal cannot be copied into the file", maxMegabytes: 12 },
])("where $full, writes are told so, health too, and both recover when there is room", async ({ maxMegabytes }) => {
  const path = await temporaryPath();
  const inserter = startLimitedInserter(path, maxMegabytes * 1024 * 1024);
  const ended = once(inserter, "exit");
  const acknowledged: string[] = [];
  const told: string[] = [];
  let afterRecovery = 0;
  for await (const line of createInterface({ input: inserter.stdout })) {
    if (/^[0-9a-f]{24}$/.test(line)) {
      acknowledged.push(line);
      if (told.includes("writable") && ++afterRecovery === 50) inserter.kill("SIGKILL");
      continue;
    }
    told.push(line);
    if (line === "not writable") spawnSync("prlimit", ["--pid", `${inserter.pid}`, "--fsize=unlimited"]);
  }
  await ended;
  expect(told.slice(0, 2)).toEqual(["StoreUnavailable", "not writable"]);
  expect(told.at(-1)).toBe("writable");
  const store = await connect(path);
  for (const id of acknowledged) expect(await store.jobs.get(id)).toBeDefined();
  await store.close();
  const database = new Database(path);
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([["ok"]]);
  database.close();
});
