import { expect, onTestFinished, test } from "vitest";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import { Database } from "../../../../src/store/sqlite/database/database.ts";
import { eventually } from "../../../support/eventually.ts";
import { jobIdOf, pendingJob, workerInfo } from "../../../support/jobs.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

/** Another program that holds the file's lock for writing. */
function otherWriter(path: string): Database {
  const other = new Database(path);
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  return other;
}

test("while another process holds the lock reads go on, and writes wait until it is free", async () => {
  const path = await temporaryPath();
  const store = await connect(path);
  await insertAll(store, [pendingJob("before")]);
  const other = otherWriter(path);
  let answered = false;
  const insert = store.jobs.insert([pendingJob("a")]).finally(() => {
    answered = true;
  });
  for (let read = 0; read < 3; read++) await stored(store, jobIdOf("before"));
  expect(answered).toBe(false);
  other.exec("COMMIT");
  expect(await insert).toEqual([{ kind: "inserted", leased: false }]);
});

test("where the lock is not freed within seconds, writes are told so and the store is unhealthy until one succeeds", async () => {
  const path = await temporaryPath();
  const store = await connect(path);
  const other = otherWriter(path);
  const [first, second] = await Promise.allSettled([
    store.jobs.insert([pendingJob("a")]),
    store.workers.beat({ worker: "w1", beat: 2, room: 0, held: [] }),
  ]);
  for (const result of [first, second]) {
    expect(result).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailable) });
  }
  expect((await store.housekeeping.health(0)).writable).toBe(false);
  other.exec("ROLLBACK");
  await eventually("the store finds by itself that it can write again", async () => {
    return (await store.housekeeping.health(0)).writable;
  });
  await insertAll(store, [pendingJob("a")]);
});

test("a claim that finds nothing writes nothing, so that processes do not wake each other for ever", async () => {
  const path = await temporaryPath();
  const [store, other] = [await connect(path), await connect(path)];
  await store.workers.register(workerInfo("w1"));
  const before = await other.dataVersion();
  const answer = await store.jobs.claim({ worker: "w1", limit: 10, nowMs: 0, of: "healthy" });
  expect(answer).toEqual({ kind: "claimed", jobs: [], suspectsReady: false, left: [] });
  await store.jobs.release("w1", [{ id: jobIdOf("nobody"), fence: 1 }]);
  expect(await other.dataVersion()).toBe(before);
  await insertAll(store, [pendingJob("a")]);
  expect(await other.dataVersion()).not.toBe(before);
});
