import fc from "fast-check";
import type { Condition } from "../../../../src/model/condition.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import { undoPathOf } from "../../../../src/model/tree/undo-path.ts";
import type {
  ExternalNode,
  Node,
  ParallelNode,
  RetryOn,
  RetryPolicy,
  TaskNode,
  WaitNode,
  Workflow,
} from "../../../../src/model/workflow.ts";
import {
  choice,
  external,
  fanOut,
  loop,
  parallel,
  sequence,
  setVariable,
  subWorkflow,
  task,
  terminate,
  valueOf,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { begin } from "../situation.ts";
import { told } from "./arbitraries.ts";

/** A node that is still to be given its path. */
type Shape =
  | { readonly kind: "task" }
  | { readonly kind: "sequence"; readonly children: readonly Shape[] }
  /** Joined when that share of the branches is complete, one at least. */
  | ({ readonly kind: "parallel"; readonly children: readonly Shape[] } & Sides)
  | { readonly kind: "choice"; readonly when: readonly Condition[]; readonly children: readonly Shape[] }
  | ({ readonly kind: "loop"; readonly children: readonly Shape[] } & Turns)
  | ({ readonly kind: "fan_out"; readonly items: JsonValue; readonly children: readonly Shape[] } & Sides)
  | { readonly kind: "wait"; readonly what: WaitNode["for"] }
  | { readonly kind: "sub" }
  | { readonly kind: "external"; readonly node: Pick<ExternalNode, "retry" | "whenLost" | "totalTimeoutMs"> }
  | { readonly kind: "set"; readonly values: JsonValue }
  | { readonly kind: "terminate"; readonly status: "completed" | "failed" | "terminated" };

interface Sides {
  readonly share: number;
  readonly onFailure: ParallelNode["onFailure"];
}

interface Turns {
  readonly again: Condition;
  readonly asked: "before" | "after";
  readonly maxTurns: number;
}

const most = 60;

const sides = {
  share: fc.constantFrom(0, 0.5, 1, 1),
  onFailure: fc.constantFrom("cancel" as const, "wait" as const),
};

/** Of what a task brought, of a variable, of the turn, and whatever else; some cannot be told everywhere. */
const conditions: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
  { op: "holds", value: true },
  { op: "holds", value: "" },
  { op: "equals", left: valueOf("variable", "x"), right: 1 },
  { op: "equals", left: valueOf("result", "task 0", ["size"]), right: 1 },
  { op: "not", of: { op: "equals", left: valueOf("result", "task 0/0", ["size"]), right: 2 } },
  { op: "less", left: valueOf("turn", ""), right: 1 },
  { op: "less", left: valueOf("result", "task 0", ["size"]), right: 2 },
);

const waits: fc.Arbitrary<WaitNode["for"]> = fc.oneof(
  fc.constantFrom(0, 5, 999, 60_000).map((durationMs) => ({ durationMs })),
  fc
    .constantFrom<JsonValue>(begin - 5, begin + 3000, new Date(begin + 50).toISOString(), "some day")
    .map((until) => ({ until })),
  fc.record({ event: fc.constantFrom(...told), timeoutMs: fc.constantFrom(50, 3000) }, { requiredKeys: ["event"] }),
);

const externals: fc.Arbitrary<Pick<ExternalNode, "retry" | "whenLost" | "totalTimeoutMs">> = fc.record(
  {
    retry: fc.record({
      kind: fc.constant("fixed" as const),
      retries: fc.nat(3),
      delayMs: fc.constantFrom(0, 999, 5000),
    }),
    whenLost: fc.constantFrom("retry" as const, "retry" as const, "fail" as const),
    totalTimeoutMs: fc.constantFrom(50, 3000),
  },
  { requiredKeys: ["retry", "whenLost"] },
);

const shapes = fc.letrec<{ shape: Shape; children: Shape[] }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 14, arbitrary: fc.constant({ kind: "task" as const }) },
    { weight: 1, arbitrary: waits.map((what) => ({ kind: "wait" as const, what })) },
    { weight: 1, arbitrary: fc.constant({ kind: "sub" as const }) },
    { weight: 1, arbitrary: externals.map((node) => ({ kind: "external" as const, node })) },
    { weight: 1, arbitrary: fc.constantFrom(1, "x", null).map((x) => ({ kind: "set" as const, values: { x } })) },
    { weight: 4, arbitrary: tie("children").map((children) => ({ kind: "sequence" as const, children })) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("parallel" as const), children: tie("children"), ...sides }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("choice" as const),
        when: fc.array(conditions, { minLength: 1, maxLength: 3 }),
        children: tie("children"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("loop" as const),
        again: conditions,
        asked: fc.constantFrom("before" as const, "after" as const),
        maxTurns: fc.constantFrom(1, 2, 3),
        children: tie("children"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("fan_out" as const),
        items: fc.constantFrom<JsonValue>([], [1], ["a", "b"], [1, 2, 3], valueOf("variable", "x")),
        children: tie("children"),
        ...sides,
      }),
    },
  ),
  children: fc.array(tie("shape"), { maxLength: 4 }),
}));

/** Rarely, and at the end of the whole, or few jobs would get anywhere. */
const ends: fc.Arbitrary<Shape[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Shape[]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("completed", "failed", "terminated")
      .map((status) => [{ kind: "terminate", status }] as Shape[]),
  },
);

const delays: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.record({
    kind: fc.constant("fixed" as const),
    retries: fc.nat(5),
    delayMs: fc.constantFrom(0, 10, 999, 1000, 5000),
  }),
  fc.record({
    kind: fc.constant("exponential" as const),
    retries: fc.nat(3),
    delayMs: fc.constantFrom(0, 10, 2000),
    factor: fc.constantFrom(1, 2, 10),
    maxMs: fc.constantFrom(10, 60_000),
  }),
  fc.record({
    kind: fc.constant("exponential" as const),
    retries: fc.nat(3),
    delayMs: fc.constantFrom(10, 2000),
    factor: fc.constantFrom(1, 1.5, 100),
    maxMs: fc.constant(60_000),
    jitter: fc.constant(false as const),
  }),
);

/** What the failures of `outcomes` are called and bring. */
const retryOn: fc.Arbitrary<RetryOn> = fc.record({
  codes: fc.constantFrom([], ["refused"], ["refused", "other"]),
  statusCodes: fc.constantFrom([], [{ from: 500, to: 599 }]),
});

const retryPolicies: fc.Arbitrary<RetryPolicy> = fc
  .tuple(delays, fc.option(retryOn, { nil: undefined, freq: 2 }))
  .map(([policy, on]) => (on === undefined ? policy : { ...policy, on }));

const taskParts = fc.record({
  retry: retryPolicies,
  whenLost: fc.constantFrom("retry" as const, "retry" as const, "fail" as const),
  totalTimeoutMs: fc.option(fc.constantFrom(50, 3000, 10_000_000), { nil: undefined, freq: 2 }),
});

/** Few jobs have any, or hardly one would end as soon as it fails. */
const undos: fc.Arbitrary<boolean[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<boolean[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.boolean(), { minLength: most, maxLength: most }) },
);

type TaskParts = typeof taskParts extends fc.Arbitrary<infer Parts> ? Parts : never;

/** Nodes of every kind in each other, with 1 to 60 tasks of any policy, with or without an overall time-out. */
export const workflows: fc.Arbitrary<Workflow> = fc
  .record({
    shape: fc.array(shapes.shape, { minLength: 1, maxLength: 6 }),
    end: ends,
    parts: fc.array(taskParts, { minLength: most, maxLength: most }),
    timeoutMs: fc.option(fc.constantFrom(50, 5000, 10_000_000), { nil: undefined }),
    retry: fc.option(delays, { nil: undefined, freq: 1 }),
    undo: undos,
  })
  .map(({ shape, end, parts, timeoutMs, retry, undo }) => {
    const children = childrenOf([...shape, { kind: "task" }, ...end], "", { parts, undo, tasks: 0 });
    return workflow(sequence(...children), {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(retry !== undefined && { retry }),
    });
  });

/** How many tasks there are so far; no more than `most` are made. */
interface Making {
  readonly parts: readonly TaskParts[];
  /** Whether each has an undo, by the policies of another. */
  readonly undo: readonly boolean[];
  tasks: number;
}

function childrenOf(children: readonly Shape[], prefix: string, making: Making): Node[] {
  return children
    .filter((shape) => shape.kind !== "task" || making.tasks < most)
    .map((shape, index) => nodeOf(shape, `${prefix}${index}`, making));
}

function taskIn(path: string, making: Making): Node {
  const index = making.tasks++ % most;
  const node = taskOf(path, making.parts[index]);
  if (making.undo[index] !== true) return node;
  return { ...node, undo: taskOf(undoPathOf(path), making.parts[(index + 1) % most]) };
}

function nodeOf(shape: Shape, path: string, making: Making): Node {
  const inside = (): Node[] => ("children" in shape ? childrenOf(shape.children, `${path}/`, making) : []);
  switch (shape.kind) {
    case "task":
      return taskIn(path, making);
    case "sequence":
      return sequence(...inside());
    case "parallel": {
      const children = inside();
      return parallel(children, { join: joinOf(shape, children.length), onFailure: shape.onFailure });
    }
    case "choice": {
      const [otherwise, ...nodes] = inside();
      return choice(
        path,
        shape.when.flatMap((when, index): [Condition, Node][] =>
          nodes[index] === undefined ? [] : [[when, nodes[index]]],
        ),
        otherwise,
      );
    }
    case "loop":
      return loop(path, sequence(...inside()), { while: shape.again, asked: shape.asked, maxTurns: shape.maxTurns });
    case "fan_out": {
      const join = shape.share === 1 ? {} : { join: 1 };
      return fanOut(path, "", sequence(...inside()), {
        items: shape.items,
        maxItems: 3,
        onFailure: shape.onFailure,
        ...join,
      });
    }
    case "wait":
      return wait(path, shape.what);
    case "external":
      return external(path, "queue", shape.node);
    case "sub":
      return subWorkflow(path, "other", { input: { x: valueOf("variable", "x"), text: "x".repeat(300) } });
    case "set":
      return setVariable(path, shape.values);
    case "terminate":
      return terminate(path, shape.status);
    default:
      return shape satisfies never;
  }
}

function joinOf({ share }: Sides, branches: number): number {
  return Math.min(branches, Math.max(1, Math.ceil(share * branches)));
}

function taskOf(path: string, parts: TaskParts | undefined): TaskNode {
  const { retry, whenLost, totalTimeoutMs } = parts ?? {};
  return task(path, {
    ...(retry && { retry }),
    ...(whenLost && { whenLost }),
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
  } satisfies Partial<TaskNode>);
}
