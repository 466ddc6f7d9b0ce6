import { expect, test } from "vitest";
import { type ClockReading, StoreClock } from "../../../src/jobs/store-clock.ts";
import type { WorkerStore } from "../../../src/store/store.ts";
import { Incarnation } from "../../../src/worker/life/incarnation.ts";
import { eventually } from "../../support/eventually.ts";
import { connect, temporaryPath } from "../../support/store/sqlite-files.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";

const settings = { concurrency: 1, takes: {}, leaseMs: 600_000, heartbeatMs: 10, pollMs: 1000, graceMs: 1000 };
const identity = { host: "host/boot/pids", pid: 1, pidStart: "0" };

type Beat = WorkerStore["beat"];

/** How late a store answers, in ms, and how far a clock may be from it without being moved: many times what reading the store's time takes, and much less than half of the delay. */
const lateMs = 100;
const closeMs = 25;

/** What two heartbeats told, and by how much the process's clock was moved by them; `around` changes how the store answers them. */
async function beatsOf(around: (beat: Beat) => Beat): Promise<{ readings: ClockReading[]; movedMs: number }> {
  const { workers, housekeeping } = await connect(await temporaryPath(), true);
  const clock = await StoreClock.startedFrom(housekeeping);
  const before = clock.nowMs - performance.now();
  const readings: ClockReading[] = [];
  const incarnation = new Incarnation(
    { ...workers, beat: around(workers.beat) },
    settings,
    {
      held: () => [],
      room: () => 0,
      gone: () => undefined,
      changed: () => undefined,
      ended: () => undefined,
      clock(reading) {
        clock.correct(reading);
        readings.push(reading);
      },
    },
    new MemoryLog(),
  );
  await incarnation.begin(identity, "address", clock.nowMs);
  await eventually("two heartbeats are answered", () => readings.length >= 2);
  await incarnation.leave(clock.nowMs);
  return { readings, movedMs: Math.abs(clock.nowMs - performance.now() - before) };
}

/** Returns when so much time has passed. */
async function passed(ms: number): Promise<void> {
  const until = performance.now() + ms;
  await eventually("time passes", () => performance.now() >= until);
}

test("a store that answers late does not move the worker's clock", async () => {
  const { readings, movedMs } = await beatsOf((beat) => async (ask) => {
    await passed(lateMs);
    return beat(ask);
  });
  for (const { sentMs, receivedMs } of readings) expect(receivedMs - sentMs).toBeGreaterThanOrEqual(lateMs);
  expect(movedMs).toBeLessThan(closeMs);
});

test("a store with another clock is followed, and a late answer of it changes nothing", async () => {
  const { movedMs } = await beatsOf((beat) => async (ask) => {
    if (ask.beat > 2) await passed(lateMs);
    const answer = await beat(ask);
    return answer.kind === "alive" ? { ...answer, nowMs: answer.nowMs + 60_000 } : answer;
  });
  expect(movedMs).toBeGreaterThan(59_000);
  expect(movedMs).toBeLessThan(60_000 + closeMs);
});
