import { expect, onTestFinished, test, vi } from "vitest";
import { StoreClock } from "../../../src/jobs/store-clock.ts";

/** A store with a clock of its own; each answer takes as many steps of waiting as the list says, then none. */
async function clockOf(storeMs: () => number): Promise<StoreClock> {
  return StoreClock.startedFrom({ clock: async () => storeMs() });
}

/** What the clock shows, minus the monotonic clock; both read at one moment, also where the system interrupts the process in between. */
function offsetOf(clock: StoreClock): number {
  for (;;) {
    const before = performance.now();
    const shown = clock.nowMs;
    const after = performance.now();
    if (after - before < 0.1) return shown - after;
  }
}

test("it shows the store's time, and goes on by itself", async () => {
  const clock = await clockOf(() => 5_000_000 + Math.floor(performance.now()));
  expect(Math.abs(offsetOf(clock) - 5_000_000)).toBeLessThanOrEqual(2);
});

test("a step of the machine's clock does not move it", async () => {
  const clock = await clockOf(Date.now);
  const before = offsetOf(clock);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  expect(Math.abs(offsetOf(clock) - before)).toBeLessThanOrEqual(1);
});

test("a late answer that fits to what it shows changes nothing; the store's clock was read at any moment until then", async () => {
  const clock = await clockOf(() => Math.floor(performance.now()));
  const before = offsetOf(clock);
  for (const readAfterMs of [0, 300, 600, 900]) {
    const sentMs = performance.now() - 900;
    clock.correct({ storeMs: Math.floor(sentMs + readAfterMs), sentMs, receivedMs: sentMs + 900 });
  }
  expect(Math.abs(offsetOf(clock) - before)).toBeLessThanOrEqual(1);
});

test("what must be wrong is corrected, and no further than that", async () => {
  const clock = await clockOf(() => Math.floor(performance.now()));
  clock.correct({ storeMs: 1_000_000, sentMs: 0, receivedMs: 100 });
  expect(Math.round(offsetOf(clock))).toBeGreaterThanOrEqual(1_000_000 - 101);
  expect(Math.round(offsetOf(clock))).toBeLessThanOrEqual(1_000_000 - 99);
  clock.correct({ storeMs: 500_000, sentMs: 0, receivedMs: 100 });
  expect(Math.round(offsetOf(clock))).toBeGreaterThanOrEqual(500_000);
  expect(Math.round(offsetOf(clock))).toBeLessThanOrEqual(500_001);
});

test("of the first readings the one that took least counts", async () => {
  const waits = [60, 0, 60];
  let reading = 0;
  const clock = await StoreClock.startedFrom({
    async clock() {
      const until = performance.now() + (waits[reading] ?? 0);
      const storeMs = Math.floor(performance.now()) + 7_000_000;
      reading += 1;
      while (performance.now() < until) await Promise.resolve();
      return storeMs;
    },
  });
  expect(reading).toBe(3);
  expect(Math.abs(offsetOf(clock) - 7_000_000)).toBeLessThan(20);
});

test("a look follows a store whose clock was set", async () => {
  let ahead = 0;
  const clock = await clockOf(() => Math.floor(performance.now()) + ahead);
  ahead = 60_000;
  await clock.look();
  expect(Math.abs(offsetOf(clock) - 60_000)).toBeLessThan(20);
});
