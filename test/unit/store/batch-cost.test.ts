import { expect, test } from "vitest";
import { BatchCost } from "../../../src/store/batch-cost.ts";

function learnt(samples: readonly (readonly [members: number, durationMs: number])[]): BatchCost {
  const cost = new BatchCost();
  for (let round = 0; round < 200; round++)
    for (const [members, durationMs] of samples) cost.observe(members, durationMs);
  return cost;
}

test("learns the fixed part and the part for each member", () => {
  const cost = learnt([
    [1, 3.1],
    [100, 13],
    [50, 8],
  ]);
  expect(cost.predict(10)).toBeCloseTo(4, 1);
  expect(cost.predict(200)).toBeCloseTo(23, 1);
});

test("small batches alone do not make large ones look as slow as many small ones", () => {
  const cost = learnt([[1, 5]]);
  expect(cost.predict(1)).toBeCloseTo(5, 1);
  expect(cost.predict(500)).toBeLessThan(50);
});

test("is never negative and never falls with size", () => {
  const cost = learnt([
    [1, 100],
    [500, 1],
  ]);
  for (const members of [1, 10, 100, 1000]) {
    expect(cost.predict(members)).toBeGreaterThanOrEqual(0);
    expect(cost.predict(members + 1)).toBeGreaterThanOrEqual(cost.predict(members));
  }
});

test("forgets what was long ago", () => {
  const cost = learnt([[10, 1000]]);
  for (let batch = 0; batch < 300; batch++) cost.observe(10, 2);
  expect(cost.predict(10)).toBeLessThan(3);
});
