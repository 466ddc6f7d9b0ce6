import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { Database } from "../../../../src/store/sqlite/database/database.ts";
import { openDatabase } from "../../../../src/store/sqlite/database/open-database.ts";
import type { Store } from "../../../../src/store/store.ts";
import { completionOf, pendingJob } from "../../../support/jobs.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";
import { startInserter } from "../../../support/store/sqlite-inserter.ts";

test("a commit is in the journal and the journal on the disk before it is acknowledged", async () => {
  const database = await openDatabase(await temporaryPath(), true);
  onTestFinished(() => database.close());
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual(["wal"]);
  expect(database.prepare("PRAGMA synchronous").get()).toEqual([2]); // FULL
});

test("after kill -9 in the middle of inserts every acknowledged job is there, and the file is sound", async () => {
  const path = await temporaryPath();
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round++) {
    const inserter = startInserter(path);
    const ended = once(inserter, "exit");
    let seen = 0;
    for await (const id of createInterface({ input: inserter.stdout })) {
      acknowledged.push(id);
      if (++seen === 100 + round * 71) inserter.kill("SIGKILL");
    }
    await ended;
    expect(inserter.signalCode).toBe("SIGKILL");
    const store = await connect(path);
    const jobs = await Promise.all(acknowledged.map((id) => store.jobs.get(id)));
    expect(jobs.filter((job) => job?.tasks.length !== 1)).toEqual([]);
    await store.close();
    const database = new Database(path);
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([["ok"]]);
    database.close();
  }
  expect(acknowledged.length).toBeGreaterThan(800);
});

test("the journal stays bounded while two connections write without a pause", async () => {
  const path = await temporaryPath();
  const stores = [await connect(path), await connect(path)];
  const input = { blob: "x".repeat(20_000) };
  const write = async (store: Store, name: string): Promise<void> => {
    for (let count = 0; count < 150; count++) {
      const starts = Array.from({ length: 16 }, (_, index) => pendingJob(`${name} ${count} ${index}`, { input }));
      await store.jobs.insert(starts);
      await store.jobs.commit(starts.map(({ job }) => completionOf(job)));
    }
  };
  await Promise.all(stores.map((store, index) => write(store, `${index}`)));
  const written = 2 * 150 * 16 * 20_000;
  const { size } = await stat(`${path}-wal`);
  expect(size).toBeLessThan(written * 0.7);
});
