import type { JsonValue } from "./json.ts";

/** A compiled definition: what jobs run. Plain data, so that it can be stored and its digest taken. */
export interface Workflow {
  readonly name: string;
  readonly version: number;
  /** SHA-256 over the canonical JSON of everything else in here; with name and version the identity of the workflow. */
  readonly digest: string;
  readonly description: string;
  /** Inputs that a start must bring. */
  readonly inputParameters: readonly string[];
  readonly optionalParameters: readonly string[];
  /** Names of inputs that people must not see. */
  readonly secretParameters: readonly string[];
  readonly topic: string;
  readonly ephemeral: boolean;
  /** From the start to the end of a job, everything included; absent: no limit. */
  readonly timeoutMs?: number;
  readonly root: Node;
}

export interface WorkflowRef {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
}

/** A workflow is a tree; each kind of node has one file in `engine/nodes/`. */
export type Node = SequenceNode | ParallelNode | TaskNode;

export interface SequenceNode {
  readonly kind: "sequence";
  readonly children: readonly Node[];
}

/** Branches side by side, in the one worker that holds the job. */
export interface ParallelNode {
  readonly kind: "parallel";
  readonly children: readonly Node[];
  /** So many branches must complete for the whole to be complete: 1 is any, as many as there are is all. The others are cancelled then. */
  readonly join: number;
  /** Once too few branches are left that can complete: whether the others are cancelled, or end before the whole fails. */
  readonly onFailure: "cancel" | "wait";
}

export interface TaskNode {
  readonly kind: "task";
  /** Where it stands in the tree: constant over versions of the product, part of the outward idempotency key. */
  readonly path: string;
  readonly name: string;
  /** The task kind that runs it: `http`, ... */
  readonly type: string;
  /** The kind's own part, checked by it; templates inside are compiled (`template/template.ts`). */
  readonly spec: JsonValue;
  /** The task is skipped when one of these renders to the empty string; compiled templates. */
  readonly requires: readonly JsonValue[];
  readonly retry: RetryPolicy;
  /** How long one attempt may take; absent: as long as its kind lets it. */
  readonly timeoutMs?: number;
  /** From the moment at which the task is scheduled to its end, with all attempts, delays and lost workers; absent: no limit. */
  readonly totalTimeoutMs?: number;
  /** What to do with a task that was running when its worker died: run it again, or fail it (at most once). */
  readonly whenLost: "retry" | "fail";
}

/** How often and when a failed attempt is repeated. `retries` 0 to 255. */
export type RetryPolicy = FixedRetryPolicy | ExponentialRetryPolicy;

interface Retries {
  readonly retries: number;
  /** Which failures are repeated; absent: all that another attempt may heal. */
  readonly on?: RetryOn;
}

export interface RetryOn {
  /** Codes of failures. */
  readonly codes: readonly string[];
  /** Ranges of status codes, both ends included. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
}

export interface FixedRetryPolicy extends Retries {
  readonly kind: "fixed";
  readonly delayMs: number;
}

/** The n-th retry waits up to `delayMs * factor ** (n - 1)`, at most `maxMs`. */
export interface ExponentialRetryPolicy extends Retries {
  readonly kind: "exponential";
  readonly delayMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** `false`: exactly that long. Absent: full jitter, so that jobs that failed together do not come back together. */
  readonly jitter?: false;
}

/** Every task of a tree, in the order of the definition. */
export function* tasksOf(node: Node): Generator<TaskNode> {
  switch (node.kind) {
    case "task":
      yield node;
      return;
    case "sequence":
    case "parallel":
      for (const child of node.children) yield* tasksOf(child);
      return;
    default:
      node satisfies never;
  }
}
