import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { OwnChanges } from "../../../src/jobs/watch/own-changes.ts";
import { WatchedElsewhere } from "../../../src/jobs/watch/watched-elsewhere.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { eventually } from "../../support/eventually.ts";
import { jobIdOf, pendingJob } from "../../support/jobs.ts";
import "../../support/mongo/skip-without-server.ts";
import { busProcess, freshPlace, hears, lone, losses, pair, tailableCursors } from "./bus-process.ts";
import { hintsBetweenProcesses, hintsWithinAProcess } from "./hints.ts";

describe("MongoDB: hints", () => {
  hintsWithinAProcess(async () => (await lone()).notifier);

  hintsBetweenProcesses(async () => {
    const [here, elsewhere] = await pair();
    return { here: here.notifier, elsewhere: async () => elsewhere.notifier.publish({ kind: "ready" }) };
  });
});

const but = (kind: Hint["kind"], hints: readonly Hint[]): Hint[] => hints.filter((hint) => hint.kind !== kind);

test("every hint arrives in every other process as it was published, and is no news to the one that published it", async () => {
  const [here, there] = await pair();
  const third = await lone(here.place);
  const hints: Hint[] = [
    { kind: "ready" },
    { kind: "ready", topic: "reports" },
    { kind: "revoked", jobId: jobIdOf("a") },
    { kind: "revoked", jobId: jobIdOf("b") },
    { kind: "left", jobId: jobIdOf("a") },
    { kind: "defined", workflow: "greet" },
    { kind: "room", worker: "w1", room: 7 },
    { kind: "room", worker: "w2", room: 0 },
    { kind: "room", worker: "w3", room: 3, but: ["flood"] },
    { kind: "watching", at: here.notifier.address, jobs: [jobIdOf("a"), jobIdOf("b")] },
  ];
  for (const hint of hints) here.notifier.publish(hint);
  for (const other of [there, third]) {
    await eventually("all hints arrived", () => but("changed", other.heard).length >= hints.length);
    expect(but("changed", other.heard)).toEqual(hints);
  }
  await hears(there, third);
  expect(but("changed", here.heard)).toEqual(hints);
});

test("jobs assigned to a worker are told to its process, to no other, and not where they come from", async () => {
  const [here, there] = await pair();
  const third = await lone(here.place);
  const assigned: Hint = { kind: "assigned", to: there.notifier.address, worker: "w1", jobs: [jobIdOf("a")] };
  here.notifier.publish(assigned);
  here.notifier.publish({ kind: "ready" });
  for (const other of [there, third])
    await eventually("the hint after it arrived", () => other.heard.some(({ kind }) => kind === "ready"));
  expect(but("changed", there.heard)).toEqual([assigned, { kind: "ready" }]);
  expect(but("changed", third.heard)).toEqual([{ kind: "ready" }]);
  expect(but("changed", here.heard)).toEqual([{ kind: "ready" }]);
});

test("a process that changes a job tells those who said that they watch it, and no others", async () => {
  const [here, there] = await pair();
  const third = await lone(here.place);
  const [watched, other] = [pendingJob("watched").job, pendingJob("other").job];
  const changes = new OwnChanges();
  const elsewhere = new WatchedElsewhere(there.notifier, changes);
  here.notifier.publish({ kind: "watching", at: here.notifier.address, jobs: [watched.id] });
  await eventually("the other heard of the watch", () => there.heard.some(({ kind }) => kind === "watching"));
  for (const job of [other, watched]) changes.tell({ job });
  there.notifier.publish({ kind: "ready" });
  for (const { heard } of [here, third])
    await eventually("the hint after it arrived", () => heard.some(({ kind }) => kind === "ready"));
  const progressed = (hints: readonly Hint[]) => hints.filter(({ kind }) => kind === "progressed");
  expect(progressed(here.heard)).toEqual([{ kind: "progressed", to: here.notifier.address, jobs: [watched.id] }]);
  expect([progressed(there.heard), progressed(third.heard)]).toEqual([[], []]);
  elsewhere.stop();
});

test("jobs assigned to a worker of the own process are told at once and written nowhere", async () => {
  const { notifier, heard, database } = await lone();
  const assigned: Hint = { kind: "assigned", to: notifier.address, worker: "w1", jobs: [jobIdOf("a")] };
  notifier.publish(assigned);
  expect(but("changed", heard)).toEqual([assigned]);
  await notifier.close();
  expect(await database.collection("jobs").countDocuments({ kind: "assigned" })).toBe(0);
});

test("what is published together is one document a worker and a kind, of a room only the newest", async () => {
  const [here, there] = await pair();
  const to = there.notifier.address;
  for (let count = 0; count < 50; count++) {
    here.notifier.publish({ kind: "assigned", to, worker: "w1", jobs: [jobIdOf(`a${count}`)] });
    here.notifier.publish({ kind: "assigned", to, worker: "w2", jobs: [jobIdOf(`b${count}`)] });
    here.notifier.publish({ kind: "revoked", jobId: jobIdOf(`a${count}`) });
    here.notifier.publish({ kind: "room", worker: "w3", room: count });
    here.notifier.publish({ kind: "ready" });
  }
  await eventually("all arrived", () => but("changed", there.heard).length >= 2 + 50 + 1 + 1);
  const written = await here.database.collection("jobs").find({ from: here.notifier.address }).toArray();
  const kinds = written.map(({ kind }) => String(kind)).toSorted();
  expect(kinds).toEqual(["assigned", "assigned", "ready", "revoked", "room"]);
  expect(there.heard).toContainEqual({ kind: "room", worker: "w3", room: 49 });
  expect(there.heard.filter(({ kind }) => kind === "assigned")).toMatchObject([
    { worker: "w1", jobs: { length: 50 } },
    { worker: "w2", jobs: { length: 50 } },
  ]);
});

test("one that comes later hears nothing of what was said before it came", async () => {
  const early = await lone();
  early.notifier.publish({ kind: "ready" });
  const jobs = early.database.collection("jobs");
  await eventually("it is written", async () => (await jobs.countDocuments({ kind: "ready" })) === 1);
  const late = await lone(early.place);
  await hears(late, early);
  expect(late.heard).toEqual([{ kind: "changed" }]);
});

test("what others put into the collection is no hint and does no harm", async () => {
  const [here, there] = await pair();
  const to = here.notifier.address;
  const jobs = here.database.collection("jobs");
  const at: unknown = (await jobs.findOne({ to, kind: "opened" }))?.["at"];
  const strange = [
    {},
    { kind: "later" },
    { kind: "assigned", jobs: 1 },
    { kind: "room" },
    { kind: "revoked", jobs: [1] },
  ];
  await jobs.insertMany(strange.map((document) => ({ ...document, to, at })));
  await hears(here, there);
  expect(here.heard).toEqual([{ kind: "changed" }]);
});

test("what was published just before the end of a process is still written", async () => {
  const [here, there] = await pair();
  here.notifier.publish({ kind: "ready" });
  await here.notifier.close();
  await here.client.close();
  await eventually("it arrived", () => there.heard.some(({ kind }) => kind === "ready"));
});

test("after its close it is not healthy and publishes nothing, and its cursor ends", async () => {
  const [here, there] = await pair();
  await here.notifier.close();
  expect(here.notifier.healthy).toBe(false);
  here.notifier.publish({ kind: "ready" });
  await eventually("one cursor is left", async () => (await tailableCursors(there)) === 1);
  await hears(there, await lone(there.place));
  expect(there.heard).toEqual([{ kind: "changed" }]);
});

test("a connection whose sockets may be silent for a moment only is kept", async () => {
  const process = await busProcess(freshPlace(), { client: { socketTimeoutMS: 300, monitorCommands: true } });
  let answers = 0;
  process.client.on("commandSucceeded", ({ commandName }) => {
    if (commandName === "getMore") answers++;
  });
  await eventually("the server said several times that there are no hints", () => answers >= 4);
  expect(losses(process)).toEqual([]);
});

test("a notifier that was never begun says so, tells its own process, and closes", async () => {
  const { place } = await lone();
  const idle = await lone(place, { begin: false });
  expect(idle.notifier.healthy).toBe(false);
  idle.notifier.publish({ kind: "ready" });
  expect(idle.heard).toEqual([{ kind: "ready" }]);
  await idle.notifier.close();
});

test("a process ends by itself when its notifier and its connection are closed, whatever it waits for", () => {
  const { uri, database } = freshPlace();
  const at = (path: string) => JSON.stringify(new URL(`../../../src/notifier/${path}`, import.meta.url).href);
  const script = `
    const { MongoClient } = await import("mongodb");
    const { busCollection } = await import(${at("capped-collection/bus-collection.ts")});
    const { CappedCollectionNotifier } = await import(${at("capped-collection.ts")});
    const { InProcessNotifier } = await import(${at("in-process.ts")});
    const client = new MongoClient(${JSON.stringify(uri)});
    const database = client.db(${JSON.stringify(database)});
    const collection = await busCollection(database, { sizeBytes: 65536 });
    const log = { info() {}, warn() {}, error() {} };
    const notifier = new CappedCollectionNotifier({ own: new InProcessNotifier(), database, collection, log, awaitMs: 600_000 });
    const opened = new Promise((resolve) => notifier.subscribe(resolve));
    notifier.begin();
    await opened;
    await notifier.close();
    await client.close();`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: "" });
});
