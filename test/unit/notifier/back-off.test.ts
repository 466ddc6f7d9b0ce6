import { MongoServerError } from "mongodb";
import { expect, test } from "vitest";
import { pauseBefore } from "../../../src/notifier/capped-collection/back-off.ts";
import { NotCapped } from "../../../src/notifier/capped-collection/bus-collection.ts";

const network = new Error("connection 1 to 127.0.0.1:27017 closed");

function pauses(error: unknown, random: number): number[] {
  return Array.from({ length: 12 }, (_, failures) => pauseBefore(failures, error, random));
}

test("the first attempt after a loss comes at once, the next ones ever later, up to two seconds", () => {
  expect(pauses(network, 0).slice(0, 4)).toEqual([0, 50, 100, 200]);
  expect(pauses(network, 1).slice(0, 4)).toEqual([50, 100, 200, 400]);
  expect(pauses(network, 1).at(-1)).toBe(2000);
});

test("where only an operator helps, it asks every half a minute at last", () => {
  for (const error of [new NotCapped("jobs"), new MongoServerError({ message: "not authorized", code: 13 })]) {
    expect(pauses(error, 1).slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(pauses(error, 1).at(-1)).toBe(30_000);
  }
});
