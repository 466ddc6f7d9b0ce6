import type { Condition } from "../../src/model/condition.ts";
import { sha256Hex } from "../../src/model/ids.ts";
import { canonicalJson, type JsonValue } from "../../src/model/json.ts";
import { undoPathOf } from "../../src/model/tree/undo-path.ts";
import type {
  ExternalNode,
  FanOutNode,
  LoopNode,
  Node,
  ParallelNode,
  SequenceNode,
  SubWorkflowNode,
  TaskNode,
  TerminateNode,
  WaitNode,
  Workflow,
} from "../../src/model/workflow.ts";
import type { Reference } from "../../src/template/template.ts";

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

/** A task with an undo, which is not repeated either. */
export function undoable(
  path: string,
  more: Partial<Omit<TaskNode, "kind" | "path">> = {},
  undo: Partial<Omit<TaskNode, "kind" | "path">> = {},
): TaskNode {
  return task(path, { ...more, undo: task(undoPathOf(path), { name: `undo task ${path}`, ...undo }) });
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

/** A spec that renders to the value of a reference; with a path, to what stands there in it. */
export function valueOf(from: Reference["from"], name: string, path?: readonly (string | number)[]): JsonValue {
  return { $json: { value: { from, name, ...(path !== undefined && { path: [...path] }), encode: [] } } };
}

/** The first case whose condition holds, else the last node, if it has no condition. */
export function choice(path: string, cases: readonly [when: Condition, node: Node][], otherwise?: Node): Node {
  const all = cases.map(([when, node]) => ({ when, node }));
  return { kind: "choice", path, name: `choice ${path}`, cases: all, ...(otherwise !== undefined && { otherwise }) };
}

/** The body at least once, and again while the condition holds, ten times at most, unless said otherwise. */
export function loop(path: string, body: Node, more: Partial<LoopNode> & Pick<LoopNode, "while">): Node {
  return { kind: "loop", path, name: `loop ${path}`, body, asked: "after", maxTurns: 10, ...more };
}

/** The body for each item of the input of that name; all must complete, and one that fails cancels the others, unless said otherwise. */
export function fanOut(path: string, input: string, body: Node, more: Partial<FanOutNode> = {}): Node {
  const items = valueOf("input", input);
  return { kind: "fan_out", path, name: `fan-out ${path}`, items, body, maxItems: 1000, onFailure: "cancel", ...more };
}

export function wait(path: string, what: WaitNode["for"]): Node {
  return { kind: "wait", path, name: `wait ${path}`, for: what };
}

/** A job of that workflow, the newest of it and without input unless said otherwise. */
export function subWorkflow(path: string, called: string, more: Partial<SubWorkflowNode> = {}): Node {
  return { kind: "sub_workflow", path, name: `sub ${path}`, workflow: called, input: {}, ...more };
}

/** Work for a queue, not repeated when it fails, unless said otherwise. */
export function external(path: string, queue: string, more: Partial<ExternalNode> = {}): Node {
  const retry = { kind: "fixed", retries: 0, delayMs: 0 } as const;
  return { kind: "external", path, name: `external ${path}`, queue, input: {}, retry, whenLost: "retry", ...more };
}

export function setVariable(path: string, values: JsonValue): Node {
  return { kind: "set_variable", path, name: `set ${path}`, values };
}

export function terminate(path: string, status: TerminateNode["status"], reason: JsonValue = "because"): Node {
  return { kind: "terminate", path, name: `terminate ${path}`, status, reason };
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
    topic: "default",
    ephemeral: false,
    ...more,
    root,
  };
  return { ...model, digest: sha256Hex(canonicalJson(JSON.parse(JSON.stringify(model)) as JsonValue)) };
}
