import type { Node } from "../workflow.ts";
import { childrenOf } from "./walk.ts";

/** The queues into which a tree puts work for programs outside, each once. */
export function queuesOf(root: Node): ReadonlySet<string> {
  const queues = new Set<string>();
  const look = (node: Node): void => {
    if (node.kind === "external") queues.add(node.queue);
    childrenOf(node).forEach(look);
  };
  look(root);
  return queues;
}
