import { expect, test } from "vitest";
import { Rooms } from "../../../../src/jobs/placement/rooms.ts";
import type { WorkerRow } from "../../../../src/store/store.ts";
import { workerInfo } from "../../../support/jobs.ts";

/** A process that has looked at the fleet already, when it was empty. */
function roomsUnderTest() {
  const clock = { nowMs: 1000 };
  const rooms = new Rooms(() => clock.nowMs);
  rooms.sees([]);
  return { clock, rooms };
}

function assign(rooms: Rooms, worker: string): void {
  rooms.assign(worker)(true);
}

function row(id: string, more: Partial<WorkerRow> = {}): WorkerRow {
  return { ...workerInfo(id, { address: `at ${id}`, leaseMs: 15_000 }), beat: 1, room: 2, ...more };
}

/** How many jobs are placed until no worker has room, by worker. */
function fill(rooms: Rooms): Record<string, number> {
  const counts: Record<string, number> = {};
  for (;;) {
    const chosen = rooms.choose([Math.random(), Math.random()], { workflow: "sample" });
    if (chosen === undefined) return counts;
    assign(rooms, chosen.worker);
    counts[chosen.worker] = (counts[chosen.worker] ?? 0) + 1;
    if ((counts[chosen.worker] ?? 0) > 1000) throw new Error("It never fills");
  }
}

test("each worker gets as many jobs as it has room for, then nobody gets any", () => {
  const { rooms } = roomsUnderTest();
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
  rooms.sees([row("a", { room: 3 }), row("b", { room: 5 }), row("full", { room: 0 })]);
  expect(fill(rooms)).toEqual({ a: 3, b: 5 });
});

test("of two workers the one with more room is taken, with the address of its process", () => {
  const { rooms } = roomsUnderTest();
  rooms.sees([row("a", { room: 3 }), row("b", { room: 5 })]);
  expect(rooms.choose([0, 0.9], { workflow: "sample" })).toEqual({ worker: "b", address: "at b" });
  expect(rooms.choose([0.9, 0], { workflow: "sample" })).toEqual({ worker: "b", address: "at b" });
  expect(rooms.choose([0, 0], { workflow: "sample" })).toEqual({ worker: "a", address: "at a" });
});

test("a report makes room again, less what was assigned so shortly before that the worker cannot have known", () => {
  const { rooms, clock } = roomsUnderTest();
  rooms.sees([row("a", { room: 10 })]);
  for (let job = 0; job < 6; job++) assign(rooms, "a");
  clock.nowMs += 100;
  for (let job = 0; job < 3; job++) assign(rooms, "a");
  clock.nowMs += 5;
  rooms.reports("a", 8);
  expect(fill(rooms)).toEqual({ a: 5 });
});

test("a job that is being stored takes room, however often the worker reports meanwhile, until it turns out that it was not stored", () => {
  const { rooms, clock } = roomsUnderTest();
  rooms.sees([row("a", { room: 1 })]);
  const settle = rooms.assign("a");
  clock.nowMs += 1_000;
  rooms.reports("a", 1);
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
  settle(false);
  expect(fill(rooms)).toEqual({ a: 1 });
});

test("of the workers that a new process finds, those get jobs that then show that they live", () => {
  const rooms = new Rooms(() => 1000);
  rooms.sees([row("dead"), row("beating"), row("reporting")]);
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
  rooms.sees([row("dead"), row("beating", { beat: 2 }), row("reporting"), row("new")]);
  rooms.reports("reporting", 1);
  expect(fill(rooms)).toEqual({ beating: 2, reporting: 1, new: 2 });
});

test("a worker without a sign of life for half of its lease gets nothing, until it beats again", () => {
  const { rooms, clock } = roomsUnderTest();
  rooms.sees([row("a")]);
  clock.nowMs += 7_600;
  rooms.sees([row("a")]);
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
  rooms.sees([row("a", { beat: 2 })]);
  expect(rooms.choose([0, 0], { workflow: "sample" })?.worker).toBe("a");
});

test("a worker that does not answer what it was assigned gets no more, until it gives a sign of life", () => {
  const { rooms, clock } = roomsUnderTest();
  rooms.sees([row("a", { room: 10 })]);
  clock.nowMs += 5_000; // idle: nothing was asked of it
  expect(rooms.choose([0, 0], { workflow: "sample" })?.worker).toBe("a");
  assign(rooms, "a");
  clock.nowMs += 900;
  expect(rooms.choose([0, 0], { workflow: "sample" })?.worker).toBe("a");
  clock.nowMs += 100;
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
  expect(rooms.someTake({ workflow: "sample" })).toBe(true);
  rooms.reports("a", 9);
  expect(fill(rooms)).toEqual({ a: 9 });
});

test("a heartbeat tells the room anew where no hint did just before", () => {
  const { rooms, clock } = roomsUnderTest();
  rooms.sees([row("a", { room: 5 })]);
  rooms.reports("a", 1);
  rooms.sees([row("a", { beat: 2, room: 5 })]);
  expect(fill(rooms)).toEqual({ a: 1 });
  clock.nowMs += 2_000;
  rooms.sees([row("a", { beat: 3, room: 4 })]);
  expect(fill(rooms)).toEqual({ a: 4 });
});

test("a worker that ended, or whose row is gone, gets nothing", () => {
  const { rooms } = roomsUnderTest();
  rooms.sees([row("ending", { ended: true }), row("gone")]);
  expect(fill(rooms)).toEqual({ gone: 2 });
  rooms.reports("gone", 5);
  rooms.sees([]);
  rooms.reports("gone", 5);
  rooms.reports("never seen", 5);
  expect(rooms.choose([0, 0], { workflow: "sample" })).toBeUndefined();
});

test("a worker gets no jobs of the workflows of which it takes none, as it told last", () => {
  const { rooms } = roomsUnderTest();
  rooms.sees([row("a"), row("b")]);
  rooms.reports("a", 5, ["flood"]);
  expect(rooms.choose([0, 0], { workflow: "flood" })?.worker).toBe("b");
  expect(rooms.choose([0, 0], { workflow: "quiet" })?.worker).toBe("a");
  rooms.reports("b", 5, ["flood"]);
  expect(rooms.choose([0, 0.9], { workflow: "flood" })).toBeUndefined();
  expect([rooms.someTake({ workflow: "flood" }), rooms.someTake({ workflow: "quiet" })]).toEqual([false, true]);
  rooms.reports("a", 4);
  expect(rooms.choose([0, 0], { workflow: "flood" })?.worker).toBe("a");
});

test("a worker gets only jobs that it takes; one that did not say what it takes, those of the usual topic", () => {
  const { rooms } = roomsUnderTest();
  rooms.sees([
    row("silent"),
    row("reports", { takes: { topics: ["reports"], except: ["index"] } }),
    row("index", { takes: { topics: ["reports"], workflows: ["index"] } }),
  ]);
  const workerFor = (workflow: string, topic?: string): string | undefined =>
    rooms.choose([0, 0.9], { workflow, topic })?.worker;
  expect([workerFor("mail"), workerFor("report", "reports"), workerFor("index", "reports")]).toEqual([
    "silent",
    "reports",
    "index",
  ]);
  expect(workerFor("mail", "slow")).toBeUndefined();
  expect([rooms.someTake({ workflow: "mail" }), rooms.someTake({ workflow: "mail", topic: "slow" })]).toEqual([
    true,
    false,
  ]);
});
