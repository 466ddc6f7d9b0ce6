import { expect, test } from "vitest";
import { machineClock } from "../../../src/store/sqlite/database/machine-clock.ts";

const start = { wall: 1_700_000_000_000, monotonic: 5000.25, uptime: 900_000 };

function machine(): { now: () => number; at: typeof start } {
  const at = { ...start };
  return { at, now: machineClock({ wall: () => at.wall, monotonic: () => at.monotonic, uptime: () => at.uptime }) };
}

test("it goes on with the monotonic clock, in whole milliseconds", () => {
  const { at, now } = machine();
  expect(now()).toBe(start.wall);
  at.monotonic += 1234.5;
  at.uptime += 1230; // coarse
  expect(now()).toBe(start.wall + 1234);
});

test("somebody who sets the machine's clock does not move it", () => {
  const { at, now } = machine();
  at.wall += 3_600_000;
  expect(now()).toBe(start.wall);
});

test("time that the machine slept has passed", () => {
  const { at, now } = machine();
  at.monotonic += 1000;
  at.uptime += 1000 + 8 * 3_600_000;
  expect(now()).toBe(start.wall + 1000 + 8 * 3_600_000);
});

test("the machine's own sources agree with its clock", () => {
  expect(Math.abs(machineClock()() - Date.now())).toBeLessThan(50);
});
