import { expect, test } from "vitest";
import { SuspectTurn } from "../../../src/worker/suspect-turn.ts";

const half = (): number => 0.5;

/** The spans in which it makes room, to 100 ms, when it always hears that suspects wait and is never empty. */
function rooms(turn: SuspectTurn, untilMs: number): [fromMs: number, toMs: number][] {
  const spans: [number, number][] = [];
  let from: number | undefined;
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 100) {
    turn.learn(true);
    const makes = turn.makesRoom(nowMs);
    if (makes) from ??= nowMs;
    else if (from !== undefined) {
      spans.push([from, nowMs]);
      from = undefined;
    }
  }
  return spans;
}

test("a worker makes room a moment after it has heard of suspects: not all at once, and none later than half a second", () => {
  const early = new SuspectTurn(() => 0);
  const late = new SuspectTurn(() => 0.999);
  for (const turn of [early, late]) turn.learn(true);
  expect([early.makesRoom(7000), late.makesRoom(7000)]).toEqual([true, false]);
  expect([early.makesRoom(7500), late.makesRoom(7500)]).toEqual([true, true]);
});

test("one that does not become empty claims again for longer than it made room, then makes room for twice as long", () => {
  expect(rooms(new SuspectTurn(half), 40_000)).toEqual([
    [300, 2300],
    [5600, 9600],
    [15_900, 23_900],
  ]);
});

test("however long the jobs run that it has in hand, the healthy get half of the time and a room is long enough at last", () => {
  const dayMs = 24 * 3_600_000;
  const spans = rooms(new SuspectTurn(half), dayMs);
  const roomMs = spans.map(([from, to]) => to - from);
  expect(roomMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(dayMs / 2);
  expect(Math.max(...roomMs)).toBeGreaterThan(4 * 3_600_000 - 1);
});

test("the time before there is a free slot, or while a group runs, is no room", () => {
  const turn = new SuspectTurn(half);
  turn.learn(true);
  expect(turn.makesRoom(0)).toBe(false);
  turn.given(8, true);
  expect([60_000, 60_250, 62_249].map((at) => turn.makesRoom(at))).toEqual([false, true, true]);
});

test("when no suspect is ready any more, the worker goes on, and begins from the start the next time", () => {
  const turn = new SuspectTurn(half);
  rooms(turn, 30_000);
  turn.learn(false);
  expect(turn.makesRoom(30_001)).toBe(false);
  turn.learn(true);
  expect([40_000, 40_500, 42_500].map((at) => turn.makesRoom(at))).toEqual([false, true, false]);
});

test("suspects that others took first are not asked for again at once", () => {
  const turn = new SuspectTurn(half);
  turn.learn(true);
  turn.given(0, true);
  expect(turn.waiting).toBe(false);
});
