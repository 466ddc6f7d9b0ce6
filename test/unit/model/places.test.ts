import { expect, test } from "vitest";
import { iterationIn, turnsOf } from "../../../src/model/tree/iteration.ts";
import { placesOf } from "../../../src/model/tree/places.ts";
import type { Node } from "../../../src/model/workflow.ts";
import { fanOut, loop, task } from "../../support/sample-workflow.ts";

function within(turns: number, items: number): Node {
  const inner = fanOut("0/0/0", "list", task("0/0/0/0"), { maxItems: items });
  const middle = loop("0/0", inner, { while: { op: "holds", value: true }, maxTurns: turns });
  return fanOut("0", "list", middle, { maxItems: 2 ** 20 });
}

test("the turns of loops within loops are told apart as far as numbers count", () => {
  const repeaters = placesOf(within(2 ** 20 - 1, 2 ** 13 - 1)).get("0/0/0/0")?.repeaters ?? [];
  const last = repeaters.map(({ radix }) => radix - 1);
  const iteration = repeaters.reduce((outer, repeater, depth) => iterationIn(outer, repeater, last[depth] ?? 0), 0);
  expect(turnsOf(repeaters, iteration)).toEqual(last);
});

test("loops that may have more turns than can be told apart are refused, each named with its limit", () => {
  expect(() => placesOf(within(2 ** 20 - 1, 2 ** 13))).toThrow(
    'Within "fan-out 0/0/0" there may be 9007199254740992 turns, over the limit of 9007199254740991 (fan_out at "0": 1048576, loop at "0/0": 1048576, fan_out at "0/0/0": 8192)',
  );
});
