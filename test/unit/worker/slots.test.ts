import { expect, test } from "vitest";
import { Slots } from "../../../src/worker/slots.ts";

test("who waits gets a slot in order, before the count of free ones grows", () => {
  let freed = 0;
  const slots = new Slots(1, () => {
    freed += 1;
  });
  const got: string[] = [];
  expect(slots.tryTake()).toBe(true);
  for (const name of ["first", "second"]) slots.whenFree(() => got.push(name) > 0);
  slots.give();
  expect(got).toEqual(["first"]);
  expect([slots.free, freed]).toEqual([0, 0]);
  slots.give();
  slots.give();
  expect(got).toEqual(["first", "second"]);
  expect([slots.free, freed, slots.allFree]).toEqual([1, 1, true]);
});

test("a slot that one declines is the next one's; however many decline, none is lost", () => {
  const slots = new Slots(2, () => undefined);
  slots.tryTake(2);
  for (let waiting = 0; waiting < 100_000; waiting += 1) slots.whenFree(() => false);
  let taken = false;
  slots.whenFree(() => {
    taken = true;
    return true;
  });
  slots.give();
  expect([taken, slots.free]).toEqual([true, 0]);
  slots.give();
  slots.whenFree(() => false);
  expect(slots.free).toBe(1);
});

test("several are taken together or not at all", () => {
  const slots = new Slots(3, () => undefined);
  expect(slots.tryTake(4)).toBe(false);
  expect(slots.free).toBe(3);
  expect(slots.tryTake(3)).toBe(true);
});
