import type { Condition } from "./condition.ts";
import type { JsonValue } from "./json.ts";

/** Of one definition, as a file or as the body of a request. */
export const maxDefinitionBytes = 1024 * 1024;

/** Of its document as JSON, where every alias of YAML is written out. */
export const maxDocumentBytes = 2 * 1024 * 1024;

/** Of what is compiled from it, as JSON: with its document it fits into one document of MongoDB, and each process keeps it in memory. */
export const maxModelBytes = 4 * 1024 * 1024;

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
  /** Inputs by whose values its jobs can be found, at most `maxSearchable`; absent: none. */
  readonly searchable?: readonly string[];
  /** Workers that take this topic run its jobs. */
  readonly topic: string;
  /** Its jobs are removed when they have completed. */
  readonly ephemeral: boolean;
  /** From the start to the end of a job, everything included; absent: no limit. */
  readonly timeoutMs?: number;
  /** At most so many jobs of it are with workers at once, in the whole fleet; absent: any number. */
  readonly maxRunning?: number;
  /** Of its jobs, unless a start says another: 1 to 9, and 9 is claimed first; absent: 5. */
  readonly priority?: number;
  /** How often a job that would fail goes on from its failed tasks instead, and when; absent: never. Without `on`. */
  readonly retry?: RetryPolicy;
  /** Name of the workflow of which a job is started when one of this workflow failed or timed out. */
  readonly onFailure?: string;
  readonly root: Node;
}

export interface WorkflowRef {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
}

/** A workflow is a tree; each kind of node has one file in `engine/nodes/`. */
export type Node = SequenceNode | ParallelNode | TaskNode | ControlNode;

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

/** What a node has that makes task executions of its own. */
export interface Place {
  /** Where it stands in the tree: constant over versions of the product. No two nodes of a workflow have the same. */
  readonly path: string;
  readonly name: string;
}

/** What a worker runs. Its path is part of the outward idempotency key. */
export interface TaskNode extends Place {
  readonly kind: "task";
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
  /** What undoes it, in a job that does not complete; it has no undo itself. Its path is `undoPathOf` the task's. */
  readonly undo?: TaskNode;
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

// Nodes that the engine itself decides. What it decided is kept as a task execution of the node's path, so that nothing is ever decided twice.

/** The first case whose condition holds; without one, `otherwise`, or nothing. */
export interface ChoiceNode extends Place {
  readonly kind: "choice";
  readonly cases: readonly { readonly when: Condition; readonly node: Node }[];
  readonly otherwise?: Node;
}

/** The body again and again, as long as a condition holds. */
export interface LoopNode extends Place {
  readonly kind: "loop";
  readonly body: Node;
  readonly while: Condition;
  /** When it is asked: before each turn, or after it, so that there is one turn at least. */
  readonly asked: "before" | "after";
  /** 1 to 10,000: if the condition still holds after so many turns, the loop fails. Part of what iterations are counted by. */
  readonly maxTurns: number;
}

/** The body once for each item of a list that is known only when it gets there, side by side like the branches of a `ParallelNode`. */
export interface FanOutNode extends Place {
  readonly kind: "fan_out";
  /** A spec that renders to a list. */
  readonly items: JsonValue;
  readonly body: Node;
  /** 1 to 10,000: a longer list fails the node. Part of what iterations are counted by. */
  readonly maxItems: number;
  /** So many branches must complete for the whole to be complete, as many as there are at most; absent: all. */
  readonly join?: number;
  readonly onFailure: "cancel" | "wait";
}

/** Goes on by itself after a time, or when somebody tells of an event. No worker is held meanwhile. */
export interface WaitNode extends Place {
  readonly kind: "wait";
  readonly for: WaitTime | WaitEvent;
}

export type WaitTime =
  | { readonly durationMs: number }
  /** A spec that renders to a time: RFC 3339 with an offset, or epoch ms. One that is over is not waited for. */
  | { readonly until: JsonValue };

export interface WaitEvent {
  readonly event: string;
  /** The node fails when the event has not come by then; absent: no limit. */
  readonly timeoutMs?: number;
}

/** Gives variables of the job new values, for all that comes after. */
export interface SetVariableNode extends Place {
  readonly kind: "set_variable";
  /** A spec that renders to an object. */
  readonly values: JsonValue;
}

/** Ends the whole job at once, wherever it stands. */
export interface TerminateNode extends Place {
  readonly kind: "terminate";
  readonly status: "completed" | "failed" | "terminated";
  /** A spec that renders to a text, of which the job's error has up to 1,000 characters. */
  readonly reason: JsonValue;
}

/** A job of another workflow, or of the same, whose end is awaited. No worker is held meanwhile. */
export interface SubWorkflowNode extends Place {
  readonly kind: "sub_workflow";
  readonly workflow: string;
  /** Absent: the newest at the time of the start. */
  readonly version?: number;
  /** A spec that renders to an object: the child's input. */
  readonly input: JsonValue;
  /** From the call to the child's end; then the child is called off. Absent: no limit. */
  readonly totalTimeoutMs?: number;
}

/** Work that is put into a queue, from which programs outside take it over HTTP. No worker of ours is held meanwhile. */
export interface ExternalNode extends Place {
  readonly kind: "external";
  readonly queue: string;
  /** A spec that renders to what the program is told. */
  readonly input: JsonValue;
  readonly retry: RetryPolicy;
  /** From the moment at which it is offered first to its end; absent: no limit. */
  readonly totalTimeoutMs?: number;
  /** What to do when whoever has it is silent for the whole of its lease: an attempt that failed, or the end of the task (at most once). */
  readonly whenLost: "retry" | "fail";
}

export type ControlNode =
  | ChoiceNode
  | LoopNode
  | FanOutNode
  | WaitNode
  | SubWorkflowNode
  | ExternalNode
  | SetVariableNode
  | TerminateNode;
