import { expect, test } from "vitest";
import { SuspectTurn } from "../../../src/worker/suspect-turn.ts";

test("a worker waits a while for being empty by itself, then makes room, then claims again", () => {
  const turn = new SuspectTurn();
  turn.learn(true, 0);
  turn.learn(true, 4000); // known already
  expect([4999, 5000, 34_999].map((at) => turn.makesRoom(at))).toEqual([false, true, true]);
  expect(turn.waiting).toBe(true);
  expect(turn.makesRoom(35_000)).toBe(false);
  expect(turn.waiting).toBe(false);
});

test("the next time it makes room for twice as long, so that a suspect gets its turn at last", () => {
  const turn = new SuspectTurn();
  for (const roomMs of [30_000, 60_000, 120_000]) {
    turn.learn(true, 0);
    expect(turn.makesRoom(5000 + roomMs - 1)).toBe(true);
    expect(turn.makesRoom(5000 + roomMs)).toBe(false);
  }
});

test("when no suspect is ready any more, the worker goes on, and begins from the start the next time", () => {
  const turn = new SuspectTurn();
  turn.learn(true, 0);
  turn.makesRoom(35_000);
  turn.learn(true, 0);
  turn.learn(false, 6000);
  expect(turn.makesRoom(6001)).toBe(false);
  turn.learn(true, 10_000);
  expect(turn.makesRoom(44_999)).toBe(true);
  expect(turn.makesRoom(45_000)).toBe(false);
});

test("a suspect that others took first is not asked for again at once", () => {
  const turn = new SuspectTurn();
  turn.learn(true, 0);
  turn.noneGiven();
  expect(turn.waiting).toBe(false);
});
