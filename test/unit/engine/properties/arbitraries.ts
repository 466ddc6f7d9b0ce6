import fc from "fast-check";
import type { Limits } from "../../../../src/model/decision/moment.ts";
import type { Outcome, TaskResult } from "../../../../src/model/job/task-execution.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import type { Node, ParallelNode, RetryOn, RetryPolicy, TaskNode, Workflow } from "../../../../src/model/workflow.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";

/** A tree whose leaves are tasks. */
type Shape = 0 | Inner;

interface Inner {
  readonly children: readonly Shape[];
  /** Side by side, joined when that share of the branches is complete, one at least; absent: one after the other. */
  readonly parallel?: { readonly share: number; readonly onFailure: ParallelNode["onFailure"] };
}

const most = 60;

const sides = fc.option(
  fc.record({ share: fc.constantFrom(0, 0.5, 1, 1), onFailure: fc.constantFrom("cancel" as const, "wait" as const) }),
  { nil: undefined },
);

const shapes = fc.letrec<{ shape: Shape; inner: Inner }>((tie) => ({
  shape: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constant(0 as const), tie("inner")),
  inner: fc
    .record({ children: fc.array(tie("shape"), { maxLength: 5 }), parallel: sides })
    .map(({ children, parallel: side }) => ({ children, ...(side !== undefined && { parallel: side }) })),
}));

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

/** Sequences and parallel branches in each other, with 1 to 60 tasks of any policy, with or without an overall time-out. */
export const workflows: fc.Arbitrary<Workflow> = fc
  .record({
    shape: fc.array(shapes.shape, { minLength: 1, maxLength: 6 }),
    parts: fc.array(taskParts, { minLength: most, maxLength: most }),
    timeoutMs: fc.option(fc.constantFrom(50, 5000, 10_000_000), { nil: undefined }),
  })
  .map(({ shape, parts, timeoutMs }) => {
    let tasks = 0;
    const nodeOf = (part: Shape, path: string): Node => {
      if (part !== 0) return innerOf(part, childrenOf(part.children, `${path}/`));
      const { retry, whenLost, totalTimeoutMs } = parts[tasks++ % most] ?? {};
      return task(path, {
        ...(retry && { retry }),
        ...(whenLost && { whenLost }),
        ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
      } satisfies Partial<TaskNode>);
    };
    const childrenOf = (list: readonly Shape[], prefix: string): Node[] =>
      list.filter((part) => part !== 0 || tasks < most).map((part, index) => nodeOf(part, `${prefix}${index}`));
    return workflow(sequence(...childrenOf([...shape, 0], "")), timeoutMs === undefined ? {} : { timeoutMs });
  });

function innerOf({ parallel: side }: Inner, children: readonly Node[]): Node {
  if (side === undefined) return sequence(...children);
  const join = Math.min(children.length, Math.max(1, Math.ceil(side.share * children.length)));
  return parallel(children, { join, onFailure: side.onFailure });
}

const responses: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.json({ maxDepth: 2 }).map((text) => asStored(JSON.parse(text) as JsonValue)),
  fc.nat(900).map((length) => ({ body: "x".repeat(length) })),
);

const results: fc.Arbitrary<TaskResult> = fc
  .record({ request: fc.record({ uri: fc.string({ maxLength: 20 }) }), response: responses }, { requiredKeys: [] })
  .map(asStored);

/** Plain, as a reload makes it: with prototypes, without -0. */
function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const error = { code: "refused", message: "it does not want to" };

export const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 20, arbitrary: results.map((result) => ({ kind: "succeeded" as const, result })) },
  {
    weight: 4,
    arbitrary: fc
      .record(
        {
          retryAfterMs: fc.constantFrom(0, 700, 30_000, 1e9, Number.NaN),
          statusCode: fc.constantFrom(503, 404),
          result: results,
        },
        { requiredKeys: [] },
      )
      .map((more) => ({ kind: "failed" as const, error, retryable: true, ...more })),
  },
  { weight: 1, arbitrary: results.map((result) => ({ kind: "failed" as const, error, retryable: false, result })) },
  { weight: 2, arbitrary: fc.constant({ kind: "skipped" as const, reason: "no need" }) },
  { weight: 2, arbitrary: fc.constant({ kind: "interrupted" as const }) },
);

export const limits: fc.Arbitrary<Limits> = fc.record({
  maxInputBytes: fc.constant(1_000_000),
  maxResultBytes: fc.constantFrom(1_000_000, 1_000_000, 0),
  maxJobBytes: fc.constantFrom(8_000_000, 8_000_000, 900),
  maxTaskExecutions: fc.constantFrom(1000, 1000, 3),
  maxLost: fc.constantFrom(2, 10),
});

/** One of the three workers. */
export type Whoever = number | "the holder";

/** One thing that happens next. Numbers pick among what there is at that moment. */
export type Step =
  | { readonly kind: "wait"; readonly until: "a moment later" | "a second later" | "the job is ready" }
  | { readonly kind: "claim"; readonly worker: number }
  | { readonly kind: "begin"; readonly worker: number }
  | { readonly kind: "end_attempt"; readonly attempt: number; readonly outcome: Outcome }
  | { readonly kind: "ask"; readonly what: "cancel" | "pause" | "resume" | "retry" | "restart" | "timer_due" | "start" }
  /** Decides messages on a copy of the job, which may be an old one; the commit follows now or later. */
  | {
      readonly kind: "decide";
      readonly messages: readonly number[];
      readonly copy: "own" | "fresh";
      readonly keep: boolean;
      readonly commit: "now" | "later";
      readonly random: number;
    }
  | { readonly kind: "commit"; readonly pending: number }
  | { readonly kind: "refuse"; readonly pending: number }
  | { readonly kind: "release"; readonly worker: Whoever }
  | { readonly kind: "expire"; readonly worker: Whoever }
  | { readonly kind: "tamper"; readonly message: number; readonly fence: number; readonly attempt: number };

const pick = fc.nat(1000);
const few = fc.nat(2);
const whoever = fc.constantFrom<Whoever>(0, 1, 2, "the holder", "the holder", "the holder");

type Rest<K extends Step["kind"]> = Omit<Extract<Step, { kind: K }>, "kind">;

function step<K extends Step["kind"]>(kind: K, rest: { [M in keyof Rest<K>]: fc.Arbitrary<Rest<K>[M]> }) {
  return fc.record(rest).map((parts) => ({ kind, ...parts }) as unknown as Step);
}

/** Weighted so that most jobs get somewhere. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: step("wait", {
        until: fc.constantFrom("the job is ready", "the job is ready", "a moment later", "a second later"),
      }),
    },
    { weight: 10, arbitrary: step("claim", { worker: few }) },
    { weight: 4, arbitrary: step("begin", { worker: few }) },
    { weight: 18, arbitrary: step("end_attempt", { attempt: pick, outcome: outcomes }) },
    {
      weight: 30,
      arbitrary: step("decide", {
        messages: fc.array(pick, { minLength: 1, maxLength: 3 }),
        copy: fc.constantFrom("own", "fresh"),
        keep: fc.boolean(),
        commit: fc.constantFrom("now", "now", "now", "later"),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      }),
    },
    { weight: 8, arbitrary: step("commit", { pending: pick }) },
    { weight: 1, arbitrary: step("ask", { what: fc.constantFrom("cancel", "timer_due", "timer_due", "start") }) },
    { weight: 2, arbitrary: step("ask", { what: fc.constantFrom("pause", "resume", "resume") }) },
    { weight: 2, arbitrary: step("ask", { what: fc.constantFrom("retry", "retry", "restart") }) },
    { weight: 1, arbitrary: step("refuse", { pending: pick }) },
    { weight: 2, arbitrary: step("release", { worker: whoever }) },
    { weight: 4, arbitrary: step("expire", { worker: whoever }) },
    { weight: 2, arbitrary: step("tamper", { message: pick, fence: few, attempt: few }) },
  ),
  { minLength: 20, maxLength: 150, size: "max" },
);
