import { DefinitionError } from "../errors.ts";
import type { FanOutNode, LoopNode, Node } from "../workflow.ts";
import { childrenOf } from "./walk.ts";

/** A node that makes executions. */
export type PlacedNode = Extract<Node, { readonly path: string }>;

/** A loop or fan-out that repeats what is in it. */
export interface Repeater {
  readonly path: string;
  readonly kind: "loop" | "fan_out";
  /** More than its turns or items can be. */
  readonly radix: number;
}

/** Where a node stands. */
export interface Standing {
  readonly node: PlacedNode;
  /** What repeats it, the outermost first. */
  readonly repeaters: readonly Repeater[];
}

export type Places = ReadonlyMap<string, Standing>;

const known = new WeakMap<Node, Places>();

/**
 * Every node of a tree that makes executions, by its path, undos included. Worked out once a tree. Throws `DefinitionError` where loops within loops may have more
 * turns, all in all, than can be counted.
 */
export function placesOf(root: Node): Places {
  let places = known.get(root);
  if (places === undefined) {
    places = new Map(standingsIn(root, []));
    known.set(root, places);
  }
  return places;
}

function* standingsIn(node: Node, repeaters: readonly Repeater[]): Generator<[string, Standing]> {
  const repeats = node.kind === "loop" || node.kind === "fan_out";
  const inside = repeats ? [...repeaters, repeaterOf(node)] : repeaters;
  if (repeats) checkTurns(node, inside);
  // A loop asks whether it goes on within each of its turns.
  if ("path" in node) yield [node.path, { node, repeaters: node.kind === "loop" ? inside : repeaters }];
  if (node.kind === "task" && node.undo !== undefined) yield [node.undo.path, { node: node.undo, repeaters }];
  for (const child of childrenOf(node)) yield* standingsIn(child, inside);
}

/** Iterations are numbers that count through the turns of all loops and fan-outs around: two turns must never have the same. */
function checkTurns({ name }: LoopNode | FanOutNode, repeaters: readonly Repeater[]): void {
  const most = repeaters.reduce((product, { radix }) => product * radix, 1);
  if (most <= Number.MAX_SAFE_INTEGER) return;
  const counts = repeaters.map(({ path, kind, radix }) => `${kind} at ${JSON.stringify(path)}: ${radix}`).join(", ");
  const message = `Within ${JSON.stringify(name)} there may be ${most} turns, over the limit of ${Number.MAX_SAFE_INTEGER} (${counts}): give these loops and lists lower limits`;
  throw new DefinitionError([{ severity: "error", at: "", message }]);
}

export function repeaterOf(node: LoopNode | FanOutNode): Repeater {
  const radix = node.kind === "loop" ? node.maxTurns + 1 : node.maxItems;
  return { path: node.path, kind: node.kind, radix };
}
