import fc from "fast-check";
import type { ChildEnded } from "../../../../src/model/decision/event.ts";
import type { Limits } from "../../../../src/model/decision/moment.ts";
import type { Outcome, TaskResult } from "../../../../src/model/job/task-execution.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import type { OutsideStep } from "./simulated-outsiders.ts";

/** What the waits of `trees.ts` wait for. */
export const told = ["paid", "sent"] as const;

const responses: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.json({ maxDepth: 2 }).map((text) => asStored(JSON.parse(text) as JsonValue)),
  fc.nat(900).map((length) => ({ body: "x".repeat(length) })),
  // What conditions of the trees ask for.
  fc.constantFrom(0, 1, 2, "many").map((size) => ({ json: { size } })),
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

const outside = fc.constantFrom<OutsideStep>("poll", "poll", "heartbeat", "complete", "complete", "fail");

const childOutcomes: fc.Arbitrary<ChildEnded["outcome"]> = fc.oneof(
  { weight: 3, arbitrary: results.map((result) => ({ kind: "succeeded" as const, result })) },
  { weight: 1, arbitrary: fc.constant({ kind: "failed" as const, error }) },
);

export const limits: fc.Arbitrary<Limits> = fc.record({
  maxInputBytes: fc.constant(1_000_000),
  maxResultBytes: fc.constantFrom(1_000_000, 1_000_000, 0),
  maxJobBytes: fc.constantFrom(8_000_000, 8_000_000, 900),
  maxTaskExecutions: fc.constantFrom(1000, 1000, 3),
  maxLost: fc.constantFrom(2, 10),
});

/** What other jobs have to do with the job, whatever its own tree is. */
export interface Kin {
  /** Another job called it, and wants to hear of its end. */
  readonly isChild: boolean;
  /** A job is started when it failed. */
  readonly hasFailureJob: boolean;
}

export const kin: fc.Arbitrary<Kin> = fc.record({ isChild: fc.boolean(), hasFailureJob: fc.boolean() });

/** One of the three workers. */
export type Whoever = number | "the holder";

export type Asked =
  | "cancel"
  | "cancel without undo"
  | "pause"
  | "resume"
  | "retry"
  | "retry with new keys"
  | "restart"
  | "timer_due"
  | "start";

/** One thing that happens next. Numbers pick among what there is at that moment. */
export type Step =
  | { readonly kind: "wait"; readonly until: "a moment later" | "a second later" | "the job is ready" }
  | { readonly kind: "claim"; readonly worker: number }
  | { readonly kind: "begin"; readonly worker: number }
  | { readonly kind: "end_attempt"; readonly attempt: number; readonly outcome: Outcome }
  | { readonly kind: "answer"; readonly child: number; readonly outcome: ChildEnded["outcome"] }
  | { readonly kind: "outside"; readonly what: OutsideStep; readonly task: number }
  | { readonly kind: "acknowledge"; readonly count: number }
  | { readonly kind: "signal"; readonly event: string; readonly id: number }
  | { readonly kind: "ask"; readonly what: Asked }
  /** By the job that called it first, once more. */
  | { readonly kind: "call"; readonly call: number; readonly afterMs: number; readonly newKey: boolean }
  | {
      readonly kind: "ask_for_task";
      readonly what: "skip" | "retry";
      /** Of those that the job has then, which may be another by the time it is decided. */
      readonly task: number;
      readonly newKey: boolean;
    }
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
    {
      weight: 1,
      arbitrary: step("ask", {
        what: fc.constantFrom<Asked>(
          "cancel",
          "cancel",
          "cancel without undo",
          "timer_due",
          "timer_due",
          "timer_due",
          "timer_due",
          "start",
          "start",
        ),
      }),
    },
    { weight: 2, arbitrary: step("ask", { what: fc.constantFrom<Asked>("pause", "resume", "resume") }) },
    { weight: 2, arbitrary: step("ask", { what: fc.constantFrom<Asked>("retry", "retry with new keys", "restart") }) },
    {
      weight: 2,
      arbitrary: step("call", { call: fc.nat(9), afterMs: fc.constantFrom(0, 0, 5000), newKey: fc.boolean() }),
    },
    { weight: 3, arbitrary: step("answer", { child: pick, outcome: childOutcomes }) },
    { weight: 4, arbitrary: step("outside", { what: outside, task: pick }) },
    { weight: 2, arbitrary: step("acknowledge", { count: few }) },
    { weight: 3, arbitrary: step("signal", { event: fc.constantFrom(...told), id: few }) },
    {
      weight: 3,
      arbitrary: step("ask_for_task", {
        what: fc.constantFrom("skip", "retry", "retry"),
        task: pick,
        newKey: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: step("refuse", { pending: pick }) },
    { weight: 2, arbitrary: step("release", { worker: whoever }) },
    { weight: 4, arbitrary: step("expire", { worker: whoever }) },
    { weight: 2, arbitrary: step("tamper", { message: pick, fence: few, attempt: few }) },
  ),
  { minLength: 20, maxLength: 150, size: "max" },
);
