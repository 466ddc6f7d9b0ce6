import { expect, test } from "vitest";
import { Slots } from "../../../src/worker/slots/slots.ts";

interface Situation {
  readonly capacity: number;
  readonly mostForTarget?: number;
  nowMs?: number;
  /** Workflows of which jobs wait in the store. */
  elsewhere?: readonly string[];
}

function slotsOf(situation: Situation) {
  const told = { freed: 0 };
  const host = {
    freed: () => {
      told.freed += 1;
    },
    othersWait: (workflow: string) => (situation.elsewhere ?? []).some((other) => other !== workflow),
  };
  return { slots: new Slots(situation.capacity, host, situation.mostForTarget, () => situation.nowMs ?? 0), told };
}

/** As many as it may take, with a call of that target each. */
function fill(slots: Slots, workflow: string, target?: string): number {
  for (let taken = 0; ; taken += 1) {
    if (!slots.tryTakeFor(workflow)) return taken;
    if (target === undefined || slots.enter(target)) continue;
    slots.give(workflow);
    return taken;
  }
}

test("who waits gets a slot in order, before it is told that one is free", () => {
  const { slots, told } = slotsOf({ capacity: 1 });
  const got: string[] = [];
  expect(slots.tryTakeFor("a")).toBe(true);
  for (const name of ["first", "second"]) slots.whenFree("a", undefined, () => got.push(name) > 0);
  slots.give("a");
  expect(got).toEqual(["first"]);
  expect([slots.free, told.freed]).toEqual([0, 0]);
  slots.give("a");
  slots.give("a");
  expect(got).toEqual(["first", "second"]);
  expect([slots.free, told.freed, slots.allFree]).toEqual([1, 1, true]);
});

test("a slot that one declines is the next one's; however many decline or leave, none is lost", () => {
  const { slots } = slotsOf({ capacity: 2 });
  slots.tryTake(2);
  for (let waiting = 0; waiting < 20_000; waiting += 1) slots.whenFree("a", "t", () => false);
  slots.whenFree("a", "t", () => true)();
  let taken = false;
  slots.whenFree("a", "t", () => {
    taken = true;
    return true;
  });
  slots.give();
  expect([taken, slots.free]).toEqual([true, 0]);
  slots.give();
  slots.whenFree("a", "t", () => false);
  expect(slots.free).toBe(1);
});

test("several are taken together or not at all", () => {
  const { slots } = slotsOf({ capacity: 3 });
  expect(slots.tryTake(4)).toBe(false);
  expect(slots.free).toBe(3);
  expect(slots.tryTake(3)).toBe(true);
});

test("a workflow that is alone may have all slots, as may a target", () => {
  const { slots } = slotsOf({ capacity: 20 });
  expect(fill(slots, "alone", "http://one")).toBe(20);
});

test("while jobs of others wait in the store, a workflow has half of the slots at most", () => {
  const { slots } = slotsOf({ capacity: 20, elsewhere: ["flood", "quiet"] });
  expect(fill(slots, "flood")).toBe(10);
  expect(fill(slots, "quiet")).toBe(10);
});

test("what a workflow has above its half goes to others that wait, as it comes free", () => {
  const { slots } = slotsOf({ capacity: 4 });
  fill(slots, "flood");
  const got: string[] = [];
  const wait = (workflow: string) => slots.whenFree(workflow, undefined, () => got.push(workflow) > 0);
  for (const workflow of ["flood", "flood", "quiet", "quiet", "quiet"]) wait(workflow);
  for (let ended = 0; ended < 3; ended += 1) slots.give("flood");
  expect(got).toEqual(["quiet", "quiet", "flood"]); // flood had four, then two, then one beside two of the others
});

test.each([
  ["busy", "quiet"],
  ["quiet", "busy"],
])("of those who wait, the workflow that holds the fewest slots comes first, whoever came first", (...order) => {
  const { slots } = slotsOf({ capacity: 10 });
  for (const workflow of ["busy", "busy", "busy", "quiet"]) slots.tryTakeFor(workflow);
  slots.tryTake(6);
  const got: string[] = [];
  for (const workflow of order) slots.whenFree(workflow, undefined, () => got.push(workflow) > 0);
  slots.give();
  expect(got).toEqual(["quiet"]);
});

test("of one workflow, those who call the target that has the fewest slots come first", () => {
  const { slots } = slotsOf({ capacity: 10 });
  fill(slots, "a", "http://hangs");
  const got: string[] = [];
  for (const target of ["http://hangs", "http://healthy", "http://hangs", "http://healthy"])
    slots.whenFree("a", target, () => got.push(target) > 0);
  for (let ended = 0; ended < 2; ended += 1) {
    slots.leave("http://hangs");
    slots.give("a");
  }
  expect(got).toEqual(["http://healthy", "http://healthy"]);
});

test("while others were there lately, a tenth of the slots is kept for the next of them, and they find one at once", () => {
  const situation: Situation = { capacity: 20, nowMs: 0 };
  const { slots } = slotsOf(situation);
  slots.tryTakeFor("quiet");
  slots.give("quiet");
  expect(fill(slots, "flood")).toBe(18);
  expect(slots.tryTakeFor("quiet")).toBe(true);
  slots.give("quiet");
  situation.nowMs = 61_000; // nobody has heard of them for a minute
  expect(fill(slots, "flood")).toBe(2);
});

test("a worker is shared as soon as jobs of two workflows were there, and until a minute after the last of one of them", () => {
  const situation: Situation = { capacity: 20, nowMs: 0 };
  const { slots } = slotsOf(situation);
  const seen = (...workflows: readonly string[]): boolean => {
    for (const workflow of workflows) {
      slots.tryTakeFor(workflow);
      slots.give(workflow);
    }
    return slots.isShared;
  };
  expect(seen("flood", "flood")).toBe(false);
  expect(seen("quiet", "flood")).toBe(true);
  situation.nowMs = 60_000;
  expect(seen("flood")).toBe(true);
  situation.nowMs = 60_001;
  expect(seen("flood")).toBe(false);
});

test("two workflows that call one target leave slots for those who call another", () => {
  const { slots } = slotsOf({ capacity: 20, elsewhere: ["a", "b", "quiet"] });
  slots.enter("http://healthy");
  slots.leave("http://healthy");
  expect(fill(slots, "a", "http://hangs")).toBe(10);
  expect(fill(slots, "b", "http://hangs")).toBe(6);
  expect(slots.free).toBe(4);
  expect(slots.tryTakeFor("quiet") && slots.enter("http://healthy")).toBe(true);
});

test("while calls of other targets wait, a target has half of the slots at most", () => {
  const { slots } = slotsOf({ capacity: 4 });
  fill(slots, "a", "http://hangs");
  const got: string[] = [];
  for (const target of ["http://hangs", "http://hangs", "http://healthy", "http://healthy"])
    slots.whenFree("a", target, () => got.push(target) > 0);
  for (let ended = 0; ended < 2; ended += 1) {
    slots.leave("http://hangs");
    slots.give("a");
  }
  expect(got).toEqual(["http://healthy", "http://healthy"]);
});

test("a target has its share when it may take no more slots although others hold some, or might", () => {
  const { slots } = slotsOf({ capacity: 10 });
  fill(slots, "a", "http://one");
  expect(slots.holdsShare("http://one"), "it is alone").toBe(false);
  slots.leave("http://one");
  expect(slots.enter("http://another")).toBe(true);
  expect(slots.holdsShare("http://one")).toBe(true);
});

test("who waits for a slot and no longer wants it keeps nothing from others", () => {
  const { slots } = slotsOf({ capacity: 4 });
  fill(slots, "flood");
  const leave = slots.whenFree("quiet", undefined, () => true);
  leave();
  slots.give("flood");
  expect(slots.tryTakeFor("flood")).toBe(false); // quiet was there lately
  slots.give("flood");
  expect(slots.tryTakeFor("flood")).toBe(true);
});

test("a target that takes only so many calls gets no more, though it is alone; the slots stay free for others", () => {
  const { slots } = slotsOf({ capacity: 10, mostForTarget: 3 });
  expect(fill(slots, "a", "http://fragile")).toBe(3);
  expect([slots.free, slots.holdsShare("http://fragile")]).toEqual([7, true]);
  let taken = false;
  slots.whenFree("a", "http://fragile", () => {
    taken = true;
    return true;
  });
  expect(taken).toBe(false);
  slots.leave("http://fragile");
  slots.give("a");
  expect(taken).toBe(true);
});

test("jobs that wait for a target which takes no more calls keep no slots from another workflow, however many they are", () => {
  const { slots } = slotsOf({ capacity: 20, mostForTarget: 3 });
  fill(slots, "flood", "http://fragile");
  for (let waiting = 0; waiting < 10; waiting += 1) slots.whenFree("flood", "http://fragile", () => true);
  expect(fill(slots, "second")).toBe(17);
});
