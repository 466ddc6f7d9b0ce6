import { sha256Hex } from "../../src/model/ids.ts";
import { canonicalJson, type JsonValue } from "../../src/model/json.ts";
import type { Node, ParallelNode, SequenceNode, TaskNode, Workflow } from "../../src/model/workflow.ts";

/** A task that is not repeated when it fails, and is when its worker is lost. */
export function task(path: string, more: Partial<Omit<TaskNode, "kind" | "path">> = {}): TaskNode {
  return {
    kind: "task",
    path,
    name: `task ${path}`,
    type: "test",
    spec: null,
    requires: [],
    retry: { kind: "fixed", retries: 0, delayMs: 0 },
    whenLost: "retry",
    ...more,
  };
}

export function sequence(...children: Node[]): SequenceNode {
  return { kind: "sequence", children };
}

/** Branches side by side; all of them must complete, and one that fails cancels the others, unless said otherwise. */
export function parallel(
  children: readonly Node[],
  more: Partial<Pick<ParallelNode, "join" | "onFailure">> = {},
): Node {
  return { kind: "parallel", children, join: children.length, onFailure: "cancel", ...more };
}

/** A compiled workflow with a digest of its own. */
export function workflow(root: Node, more: Partial<Omit<Workflow, "digest" | "root">> = {}): Workflow {
  const model = {
    name: "sample",
    version: 1,
    description: "",
    inputParameters: [],
    optionalParameters: [],
    secretParameters: [],
    topic: "",
    ephemeral: false,
    ...more,
    root,
  };
  return { ...model, digest: sha256Hex(canonicalJson(JSON.parse(JSON.stringify(model)) as JsonValue)) };
}
