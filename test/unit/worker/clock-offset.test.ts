import { expect, test } from "vitest";
import type { WorkerStore } from "../../../src/store/store.ts";
import { Incarnation } from "../../../src/worker/life/incarnation.ts";
import { eventually } from "../../support/eventually.ts";
import { connect, temporaryPath } from "../../support/store/sqlite-files.ts";
import { MemoryLog } from "../../support/worker/site.ts";

const settings = { concurrency: 1, leaseMs: 600_000, heartbeatMs: 10, pollMs: 1000, graceMs: 1000 };
const identity = { host: "host/boot/pids", pid: 1, pidStart: "0" };

type Beat = WorkerStore["beat"];

/** The offsets that two heartbeats tell; `around` changes how the store answers them. */
async function offsetsOf(around: (beat: Beat) => Beat): Promise<number[]> {
  const { workers } = await connect(await temporaryPath(), true);
  const offsets: number[] = [];
  const incarnation = new Incarnation(
    { ...workers, beat: around(workers.beat) },
    settings,
    {
      held: () => [],
      room: () => 1,
      gone: () => undefined,
      ended: () => undefined,
      clockOffset: (offsetMs) => void offsets.push(offsetMs),
    },
    new MemoryLog(),
  );
  await incarnation.begin(identity, "address", Date.now());
  await eventually("two heartbeats are answered", () => offsets.length >= 2);
  await incarnation.leave(Date.now());
  return offsets;
}

/** Returns when the system's clock shows a later time. */
async function clockMoved(byMs: number): Promise<void> {
  const before = Date.now();
  await eventually("the clock goes on", () => Date.now() - before >= byMs);
}

test("a store that answers late, by the same clock, does not move the worker's", async () => {
  const offsets = await offsetsOf((beat) => async (ask) => {
    await clockMoved(40);
    return beat(ask);
  });
  expect(offsets.slice(0, 2)).toEqual([0, 0]);
});

test("a store with another clock is followed, and a late answer of it changes nothing", async () => {
  const [first = 0, second] = await offsetsOf((beat) => async (ask) => {
    if (ask.beat > 2) await clockMoved(40);
    const answer = await beat(ask);
    return answer.kind === "alive" ? { ...answer, nowMs: answer.nowMs + 60_000 } : answer;
  });
  expect(first).toBeGreaterThan(59_000);
  expect(first).toBeLessThanOrEqual(60_000);
  expect(second).toBe(first);
});
