import { expect, test } from "vitest";
import { Crowds } from "../../../src/worker/slots/crowds.ts";

/** A worker of ten slots, with so many waiting for one target, which has its share unless said otherwise. */
function crowdsOf(situation: { waiting: number; nowMs: number; full?: boolean }): Crowds {
  const slots = { capacity: 10, waitingFor: () => situation.waiting, holdsShare: () => situation.full ?? true };
  return new Crowds(slots, () => situation.nowMs);
}

test("however many wait, all stay while they wait for a slot and not for their target", () => {
  expect(crowdsOf({ waiting: 1000, nowMs: 0, full: false }).backAfter("t", "w")).toBeUndefined();
});

test("as many as half of the slots may wait for a target; who comes beyond comes back later, one after the other", () => {
  const situation = { waiting: 5, nowMs: 0 };
  const crowds = crowdsOf(situation);
  expect(crowds.backAfter("t", "w")).toBeUndefined();
  situation.waiting = 6;
  const delays = Array.from({ length: 100 }, () => crowds.backAfter("t", "w"));
  expect(delays.slice(0, 3)).toEqual([1000, 1020, 1040]);
  expect(delays.at(-1)).toBe(1000 + 99 * 20);
  expect(crowds.backAfter("another", "w")).toBe(1000);
  for (let job = 0; job < 5000; job += 1) crowds.backAfter("t", "w");
  expect(crowds.backAfter("t", "w")).toBe(30_000);
});

test("a workflow of which nothing gets through is held back for a moment; one job that does ends that", () => {
  const situation = { waiting: 6, nowMs: 0 };
  const crowds = crowdsOf(situation);
  expect(crowds.holdsBack("w")).toBe(false);
  crowds.backAfter("t", "w");
  expect([crowds.holdsBack("w"), crowds.holdsBack("another"), [...crowds.heldBack]]).toEqual([true, false, ["w"]]);
  crowds.passed("w");
  expect(crowds.holdsBack("w")).toBe(false);
  crowds.backAfter("t", "w");
  situation.nowMs = 250;
  expect([crowds.holdsBack("w"), [...crowds.heldBack]]).toEqual([false, []]);
});
