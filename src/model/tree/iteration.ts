import type { Repeater } from "./places.ts";

// `iteration` of a task execution is one number, also in a loop within a loop: the turns of all loops and fan-outs around it, written as the
// digits of a number whose places count as many as each has turns at most (mixed radix: Knuth, TAOCP 2, 4.1). Within one loop it is the turn.

/** Turn `turn` of a repeater that itself stands in iteration `outer` of what is around it. */
export function iterationIn(outer: number, { radix }: Pick<Repeater, "radix">, turn: number): number {
  return outer * radix + turn;
}

/** The turn of each repeater, the outermost first. */
export function turnsOf(repeaters: readonly Pick<Repeater, "radix">[], iteration: number): number[] {
  const turns: number[] = [];
  let rest = iteration;
  for (const { radix } of repeaters.toReversed()) {
    turns.unshift(rest % radix);
    rest = Math.floor(rest / radix);
  }
  return turns;
}
