import type { Node, TaskNode } from "../workflow.ts";

/** The nodes right below a node, in the order of the definition. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "sequence":
    case "parallel":
      return node.children;
    case "choice":
      return [...node.cases.map((one) => one.node), ...(node.otherwise === undefined ? [] : [node.otherwise])];
    case "loop":
    case "fan_out":
      return [node.body];
    case "task":
    case "wait":
    case "sub_workflow":
    case "external":
    case "set_variable":
    case "terminate":
      return [];
    default:
      return node satisfies never;
  }
}

/** Every task of a tree, in the order of the definition. */
export function* tasksOf(node: Node): Generator<TaskNode> {
  if (node.kind === "task") yield node;
  for (const child of childrenOf(node)) yield* tasksOf(child);
}
