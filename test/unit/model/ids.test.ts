import { expect, test } from "vitest";
import { isJobId, keyedJobId, newJobId, outwardIdempotencyKey } from "../../../src/model/ids.ts";

test("ids without a key are distinct, and sort by time, also when more come in a millisecond than it can count", () => {
  const now = Date.now();
  const ids = Array.from({ length: 70_000 }, () => newJobId(now));
  expect(ids.every(isJobId)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  expect(newJobId(now + 60_000) > (ids.at(-1) ?? "")).toBe(true);
});

test("a clock that steps back gives no id out of order", () => {
  const ahead = newJobId(Date.now() + 120_000);
  expect(newJobId(Date.now()) > ahead).toBe(true);
});

test("a key gives the same id for the same workflow, and another for another", () => {
  expect(keyedJobId("a", "k")).toBe(keyedJobId("a", "k"));
  expect(isJobId(keyedJobId("a", "k"))).toBe(true);
  expect(new Set([keyedJobId("a", "k"), keyedJobId("a", "l"), keyedJobId("b", "k"), keyedJobId("ak", "")]).size).toBe(
    4,
  );
});

test("the outward key tells jobs, runs, tasks, iterations and new keys apart, and nothing else", () => {
  const keys = [
    outwardIdempotencyKey("j1", 1, { path: "0", iteration: 0 }),
    outwardIdempotencyKey("j2", 1, { path: "0", iteration: 0 }),
    outwardIdempotencyKey("j1", 2, { path: "0", iteration: 0 }),
    outwardIdempotencyKey("j1", 1, { path: "1", iteration: 0 }),
    outwardIdempotencyKey("j1", 1, { path: "0", iteration: 1 }),
    outwardIdempotencyKey("j1", 1, { path: "0", iteration: 0, keys: 1 }),
    outwardIdempotencyKey("j1", 1, { path: "0", iteration: 0, keys: 2 }),
    outwardIdempotencyKey("j1", 1, { path: "0/0", iteration: 1 }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(outwardIdempotencyKey("j1", 1, { path: "0", iteration: 0, keys: 0 })).toBe(keys[0]);
});
