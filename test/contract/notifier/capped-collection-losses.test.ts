import { Long } from "mongodb";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { jobIdOf } from "../../support/jobs.ts";
import "../../support/mongo/skip-without-server.ts";
import { type BusProcess, busProcess, freshPlace, hears, listening, lone, losses, pair } from "./bus-process.ts";

/** Both listen again, swept once more, and hear each other. */
async function recovered(here: BusProcess, there: BusProcess): Promise<void> {
  for (const process of [here, there]) await listening(process, 2);
  await hears(here, there);
  await hears(there, here);
}

async function isCapped({ database }: BusProcess, name: string): Promise<boolean> {
  const [info] = await database.listCollections({ name }, { nameOnly: false }).toArray();
  return info !== undefined && "options" in info && info.options?.["capped"] === true;
}

test("a collection that is missing is made, with the size that was asked for", async () => {
  const { database } = await lone(freshPlace(), { collection: "jobs", sizeBytes: 128 * 1024 });
  const [info] = await database.listCollections({ name: "jobs" }, { nameOnly: false }).toArray();
  expect(info).toMatchObject({ options: { capped: true, size: 128 * 1024 } });
});

test("an empty collection, on which a tailable cursor ends at once, serves as any other", async () => {
  const place = freshPlace();
  const { database } = await busProcess(place, { begin: false, collection: "jobs" });
  await database.createCollection("jobs", { capped: true, size: 65536 });
  const [here, there] = await pair(place);
  await hears(here, there);
  expect(losses(here)).toEqual([]);
});

test("a collection that is not capped is left alone: the bus is silent with one line in the log, until it is capped (2, BadValue)", async () => {
  const place = freshPlace();
  const others = (await busProcess(place, { begin: false, collection: "other" })).database.collection<{ _id: number }>(
    "jobs",
  );
  await others.insertOne({ _id: 1 });
  const here = await busProcess(place, { collection: "jobs" });
  await eventually("it says so", () => losses(here).length > 0);
  here.notifier.publish({ kind: "ready" });
  here.notifier.publish({ kind: "revoked", jobId: jobIdOf("a") });
  expect(here.notifier.healthy).toBe(false);
  expect(here.heard).toHaveLength(2);
  await others.drop();
  await listening(here);
  expect(here.logged.map(({ level }) => level)).toEqual(["warn", "info"]);
  expect(losses(here)).toEqual(["2"]);
});

test("an ordinary collection in place of the bus gets no hint", async () => {
  const [here, there] = await pair();
  const { database } = here;
  await database.createCollection("ordinary");
  await database.collection("ordinary").rename("jobs", { dropTarget: true });
  for (const process of [here, there]) process.notifier.publish({ kind: "ready" });
  for (const process of [here, there]) await eventually("it is silent", () => !process.notifier.healthy);
  for (const process of [here, there]) process.notifier.publish({ kind: "ready" });
  await Promise.all([here.notifier.close(), there.notifier.close()]);
  expect(await database.collection("jobs").countDocuments()).toBe(0);
  expect(await isCapped(here, "jobs")).toBe(false);
});

test("a bus that is dropped is made anew, capped, whoever notices first, though all write on (175 QueryPlanKilled, 361 CollectionUUIDMismatch)", async () => {
  const [here, there] = await pair();
  await here.database.collection("jobs").drop();
  for (const process of [here, there]) process.notifier.publish({ kind: "ready" });
  await recovered(here, there);
  expect(await isCapped(here, "jobs")).toBe(true);
  for (const process of [here, there])
    for (const loss of losses(process)) expect(loss).toMatch(/^(QueryPlanKilled|361)$/);
});

test("a bus that is dropped while nobody writes is made anew (175 QueryPlanKilled)", async () => {
  const [here, there] = await pair();
  await here.database.collection("jobs").drop();
  await recovered(here, there);
  expect([...losses(here), ...losses(there)]).toContain("QueryPlanKilled");
});

test("a bus that is replaced by another capped one is followed there (175 QueryPlanKilled)", async () => {
  const [here, there] = await pair();
  await here.database.createCollection("another", { capped: true, size: 65536 });
  await here.database.collection("another").rename("jobs", { dropTarget: true });
  await recovered(here, there);
  expect(losses(here)).toEqual(["QueryPlanKilled"]);
});

test("a reader that the bus overtakes starts anew from its end (136 CappedPositionLost)", async () => {
  const [here, there] = await pair(freshPlace(), { sizeBytes: 4096 });
  const jobs = there.database.collection("jobs");
  await eventually("both readers are overtaken", async () => {
    await jobs.insertMany(Array.from({ length: 1000 }, (_, number) => ({ number, text: "x".repeat(100) })));
    return [here, there].every((process) => losses(process).length > 0); // a quick one may keep up for once
  });
  await recovered(here, there);
  expect(new Set(losses(here))).toEqual(new Set(["CappedPositionLost"]));
});

test("a cursor that an operator kills is opened anew (237 CursorKilled, 43 CursorNotFound)", async () => {
  const [here, there] = await pair();
  const admin = here.client.db("admin");
  const stages = [
    { $currentOp: { idleCursors: true } },
    { $match: { ns: `${here.database.databaseName}.jobs`, "cursor.tailable": true } },
  ];
  // One that goes from idle to busy while the server looks may be told of twice, or not at all.
  const ids = await eventually("both cursors are told of", async () => {
    const found = await admin.aggregate<{ cursor: { cursorId: bigint } }>(stages, { useBigInt64: true }).toArray();
    const known = [...new Set(found.map(({ cursor }) => cursor.cursorId))];
    return known.length === 2 && known;
  });
  await here.database.command({ killCursors: "jobs", cursors: ids.map((id) => Long.fromBigInt(id)) });
  await recovered(here, there);
  for (const process of [here, there])
    expect(losses(process)).toMatchObject([expect.stringMatching(/^Cursor(Killed|NotFound)$/)]);
});

test("after each loss, subscribers are told once that anything may have changed, and the log says once that the bus was gone and is back", async () => {
  const [here, there] = await pair();
  for (let round = 1; round <= 3; round++) {
    await here.database.collection("jobs").drop();
    await listening(here, round + 1);
    await listening(there, round + 1);
    await eventually("the log says so", () => here.logged.length === 2 * round);
  }
  await hears(here, there);
  expect(here.heard).toHaveLength(4);
  expect(here.logged.map(({ level }) => level)).toEqual(["warn", "info", "warn", "info", "warn", "info"]);
});
