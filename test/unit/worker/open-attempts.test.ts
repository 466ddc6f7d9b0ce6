import { expect, test } from "vitest";
import { OpenAttempts } from "../../../src/worker/running/open-attempts.ts";
import { Slots } from "../../../src/worker/slots/slots.ts";

/** A job beside others that have the worker's only slot; what is told of its attempts. */
function jobWithoutSlot() {
  const told: string[] = [];
  const state = { mayBegin: true };
  const slots = new Slots(1, { freed: () => undefined, othersWait: () => false });
  slots.tryTakeFor("a");
  const attempts = new OpenAttempts({
    slots,
    workflow: "a",
    mayBegin: () => state.mayBegin,
    ended: () => told.push("ended"),
    refused: () => told.push("refused"),
    waits: () => undefined,
    passed: () => undefined,
  });
  attempts.returnSpareSlots();
  slots.tryTakeFor("a");
  const begin = (): void => {
    attempts.begin("task", 1, undefined, async () => {
      told.push("begun");
      return undefined;
    });
  };
  return { attempts, slots, state, told, begin };
}

test("a job is told when an attempt of it waited for a slot and may not have it any more: nobody else would go on with it", () => {
  const { attempts, slots, state, told, begin } = jobWithoutSlot();
  begin();
  state.mayBegin = false;
  slots.give("a");
  expect(told).toEqual(["refused"]);
  expect([attempts.size, slots.free]).toEqual([0, 1]);
});

test("a job that lets its attempts wait no more knows it, and is told nothing", () => {
  const { attempts, slots, told, begin } = jobWithoutSlot();
  begin();
  attempts.stopWaiting();
  slots.give("a");
  expect(told).toEqual([]);
  expect([attempts.size, slots.free]).toEqual([0, 1]);
});
