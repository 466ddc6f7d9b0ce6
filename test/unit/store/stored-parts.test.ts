import { expect, test } from "vitest";
import { StoredParts } from "../../../src/store/stored-parts.ts";

test("what is lost is named once, however many parts are called the same", () => {
  const parts = new StoredParts();
  for (const text of ["{", "{", undefined, null, "[]"]) parts.read(text, "one of them");
  expect(parts.damage).toEqual({ damage: "one of them (what stands there is no JSON), one of them" });
});

test("a job that has begun has tasks, and one that has not may have ended without any", () => {
  const damageOf = (stored: number, startedAt?: number): unknown => {
    const parts = new StoredParts();
    parts.countTasks(stored, startedAt === undefined ? {} : { startedAt });
    return parts.damage;
  };
  expect(damageOf(0, 1)).toEqual({ damage: "its tasks" });
  expect(damageOf(1, 1)).toEqual({});
  expect(damageOf(0)).toEqual({});
});
