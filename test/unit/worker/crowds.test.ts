import { expect, test } from "vitest";
import { Crowds } from "../../../src/worker/slots/crowds.ts";
import { Slots } from "../../../src/worker/slots/slots.ts";

/** A worker of ten slots, with so many waiting for one target, which has its share unless said otherwise. */
function crowdsOf(situation: { waiting: number; nowMs: number; full?: boolean }): Crowds {
  const { full = true } = situation;
  const slots = { capacity: 10, roomOf: () => 10, waitingFor: () => situation.waiting, holdsShare: () => full };
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

test("a workflow of which nothing gets through is held back for a moment; one job that calls another target ends that", () => {
  const situation = { waiting: 6, nowMs: 0 };
  const crowds = crowdsOf(situation);
  expect(crowds.has("w")).toBe(false);
  crowds.backAfter("t", "w");
  expect([crowds.roomOf("w"), crowds.roomOf("another"), [...crowds.workflows]]).toEqual([0, 10, ["w"]]);
  situation.waiting = 0; // for the other target
  crowds.passed("w", "another");
  expect([crowds.has("w"), crowds.roomOf("w")]).toEqual([false, 10]);
  situation.waiting = 6;
  crowds.backAfter("t", "w");
  situation.nowMs = 250;
  expect([crowds.roomOf("w"), [...crowds.workflows]]).toEqual([10, []]);
});

test("beside a target that takes few calls at once, jobs are claimed as they are called, and hardly any go back", () => {
  let nowMs = 0;
  const now = (): number => nowMs;
  const slots = new Slots(100, { freed: () => undefined, othersWait: () => false }, 3, now);
  const crowds = new Crowds(slots, now);
  let [called, back] = [0, 0];
  const call = (): boolean => {
    called += 1;
    crowds.passed("flood", "fragile");
    return true;
  };
  const take = (): void => {
    slots.own("flood");
    if (slots.enter("fragile")) return void call();
    const leave = slots.whenFree("flood", "fragile", call);
    slots.give("flood");
    if (crowds.backAfter("fragile", "flood") === undefined) return;
    back += 1;
    leave();
  };
  const claim = (): void => {
    const jobs = slots.takeUpTo(Math.min(Math.ceil(slots.free / 2), Math.max(0, crowds.roomOf("flood"))));
    for (let job = 0; job < jobs; job += 1) take();
  };
  claim();
  for (let ended = 0; ended < 600; ended += 1) {
    nowMs += 3;
    claim();
    slots.leave("fragile");
    slots.give("flood");
  }
  expect(called).toBe(603); // it never lacks calls
  expect(back).toBeLessThan(100); // of the first claims, and of one that looked for other targets
});
