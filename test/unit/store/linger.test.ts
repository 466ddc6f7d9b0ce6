import { expect, test } from "vitest";
import { Linger } from "../../../src/store/linger.ts";

function lingerUnderTest(): { readonly linger: Linger; readonly pass: (ms: number) => void } {
  let now = 0;
  const linger = new Linger({ lingerMs: 10, lingerAbove: 4, batchMembers: 100 }, () => now);
  return { linger, pass: (ms) => void (now += ms) };
}

test("waits as long as the batch before took, until its members are back", () => {
  const { linger, pass } = lingerUnderTest();
  linger.begin({ members: 30, waiting: 0, tookMs: 6 });
  expect(linger.restMs(29)).toBe(6);
  expect(linger.restMs(30)).toBe(0);
  pass(6);
  expect(linger.restMs(1)).toBe(0);
});

test("those that waited already are waited with, so that two groups become one", () => {
  const { linger } = lingerUnderTest();
  linger.begin({ members: 30, waiting: 20, tookMs: 6 });
  expect(linger.restMs(30)).toBe(6);
  expect(linger.restMs(50)).toBe(0);
});

test("never longer than its bound, nor for more than a batch holds", () => {
  const { linger } = lingerUnderTest();
  linger.begin({ members: 80, waiting: 80, tookMs: 1000 });
  expect(linger.restMs(99)).toBe(10);
  expect(linger.restMs(100)).toBe(0);
});

test("after a small batch the next goes at once", () => {
  const { linger } = lingerUnderTest();
  linger.begin({ members: 4, waiting: 0, tookMs: 6 });
  expect(linger.restMs(1)).toBeLessThanOrEqual(0);
});
