import { expect, test } from "vitest";
import { Isolation } from "../../../src/worker/isolation.ts";

test("others are kept out until each member of the group has had a result or left", () => {
  const isolation = new Isolation<string>();
  expect(isolation.holds(0)).toBe(false);
  for (const member of ["a", "b", "c"]) isolation.add(member, 0);
  isolation.remove("a");
  isolation.remove("c");
  isolation.remove("never came");
  expect(isolation.holds(1)).toBe(true);
  isolation.remove("b");
  expect(isolation.holds(2)).toBe(false);
});

test("one that runs on and on keeps others out for a minute, not for hours; the next group begins anew", () => {
  const isolation = new Isolation<string>();
  isolation.add("slow", 1000);
  expect([60_999, 61_000].map((at) => isolation.holds(at))).toEqual([true, false]);
  isolation.add("next", 70_000);
  isolation.remove("next");
  isolation.add("one more", 80_000);
  expect(isolation.holds(100_000)).toBe(true);
});
