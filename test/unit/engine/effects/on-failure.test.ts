import { describe, expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import type { Failure } from "../../../../src/model/job/failure.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { StartJob } from "../../../../src/model/job/outward/effect.ts";
import type { JsonObject } from "../../../../src/model/json.ts";
import { sequence, subWorkflow, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  begin,
  changeBy,
  claimed,
  failedForGood,
  finished,
  heldJob,
  startedJob,
  succeeded,
  types,
} from "../situation.ts";

const tree = sequence(task("0"), task("1"));
const model = workflow(tree, { onFailure: "alert", timeoutMs: 1000, version: 3, secretParameters: ["pin"] });
const input = { who: "you", pin: "1234" };
const fail = (job: Job): Event => finished(job, failedForGood, { worker: job.lease?.worker ?? "w1" });

function startsOf({ effects = [] }: Pick<Job, "effects">): StartJob[] {
  return effects.filter((effect) => effect.kind === "start_job");
}

test("a job that fails owes the start of one that is told what, why and with which inputs, but for secret ones", () => {
  const job = heldJob(model, { input });
  const over = after(model, job, fail(job), at(5));
  expect(startsOf(over)).toEqual([
    {
      kind: "start_job",
      id: expect.any(Number),
      at: begin + 5,
      job: expect.stringMatching(/^[0-9a-f]{24}$/),
      workflow: "alert",
      afterFailures: 1,
      input: {
        job: job.id,
        workflow: "sample",
        version: 3,
        run: 1,
        status: "failed",
        error: { code: "unreachable", message: "connection refused" },
        input: { who: "you" },
      },
    },
  ]);
});

test("so does one that times out, but none that completes or is cancelled", () => {
  const job = heldJob(model);
  const late = after(model, job, { kind: "timer_due" }, at(1000));
  expect(startsOf(late)[0]?.input).toMatchObject({ status: "timed_out", error: { code: "timed_out" } });
  expect(startsOf(after(model, job, asks.cancel, at(5)))).toEqual([]);
  const half = after(model, job, finished(job, succeeded), at(5));
  expect(startsOf(after(model, half, finished(half, succeeded), at(6)))).toEqual([]);
});

test("it is one job for each run, however often that run fails", () => {
  const job = heldJob(model);
  const over = after(model, job, fail(job), at(5));
  const again = claimed(after(model, over, asks.retry, at(6)));
  const twice = startsOf(after(model, again, fail(again), at(7)));
  expect(new Set(twice.map((start) => start.job)).size).toBe(1);
  const anew = claimed(after(model, over, asks.restart, at(6)));
  const both = startsOf(after(model, anew, fail(anew), at(7)));
  expect(both.map((start) => start.input["run"])).toEqual([1, 2]);
  expect(new Set(both.map((start) => start.job)).size).toBe(2);
});

test("the history names the job that was started, and none that could not be", () => {
  const job = heldJob(model);
  const over = after(model, job, fail(job), at(5));
  const [start] = startsOf(over);
  const done = { kind: "effects_delivered", ids: [start?.id ?? 0], refused: [] } as const;
  const named = { type: "failure_job_started", run: 1, job: start?.job, workflow: "alert" };
  expect(changeBy(model, over, done, at(6)).history).toEqual([{ at: begin + 6, ...named }]);
  const error = { code: "start_refused", message: "There is no such workflow" };
  const refused = { ...done, refused: [{ id: start?.id ?? 0, error }] };
  expect(types(changeBy(model, over, refused, at(6)))).toEqual(["start_refused"]);
});

test("a job that is to be retried or undone first has not failed before", () => {
  const patient = workflow(tree, { onFailure: "alert", retry: { kind: "fixed", retries: 1, delayMs: 10 } });
  const job = heldJob(patient);
  expect(startsOf(after(patient, job, fail(job), at(5)))).toEqual([]);
  const careful = workflow(sequence(undoable("0"), task("1")), { onFailure: "alert" });
  const held = heldJob(careful);
  const half = after(careful, held, finished(held, succeeded), at(5));
  const undoing = after(careful, half, fail(half), at(6));
  expect(startsOf(undoing)).toEqual([]);
  expect(startsOf(after(careful, undoing, finished(undoing, succeeded), at(7)))).toHaveLength(1);
});

describe("where what it is told would be larger than an input may be", () => {
  const told = (given: JsonObject, error: Failure, maxInputBytes: number): JsonObject => {
    const job = heldJob(model, { input: given });
    const event = finished(job, { kind: "failed", error, retryable: false });
    const [start] = startsOf(after(model, job, event, at(5, { limits: { maxInputBytes } })));
    expect(Buffer.byteLength(JSON.stringify(start?.input))).toBeLessThanOrEqual(maxInputBytes);
    return start?.input ?? {};
  };
  const refused = { code: "refused", message: "it does not want to" };

  test("the largest inputs are left out, and it says how many", () => {
    const order = { order: 4711, list: ["€".repeat(300)], who: "you", body: "x".repeat(500), pin: "1234" };
    expect(told(order, refused, 1024)).toMatchObject({
      error: refused,
      input: { order: 4711, who: "you", body: "x".repeat(500) },
      omittedInputs: 1,
    });
    const short = told(order, refused, 500);
    expect(short).toMatchObject({ input: { order: 4711, who: "you" }, omittedInputs: 2 });
    expect(Object.keys(short["input"] ?? {})).toEqual(["order", "who"]);
    expect(told(order, refused, 4096)).not.toHaveProperty("omittedInputs");
  });

  test("one that fits to the byte is whole", () => {
    const large = { body: "x".repeat(800) };
    const whole = told(large, refused, 4096);
    const bytes = Buffer.byteLength(JSON.stringify(whole));
    expect(told(large, refused, bytes)).toEqual(whole);
    expect(told(large, refused, bytes - 1)).toMatchObject({ input: {}, omittedInputs: 1 });
  });

  test("a message that is too long itself is cut", () => {
    const long = { code: "refused", message: "why ".repeat(1000) };
    expect(told({ who: "you" }, long, 1024)).toMatchObject({
      error: { code: "refused", message: expect.stringMatching(/^why why .*…$/) as string },
      input: { who: "you" },
    });
  });
});

test("workflows that name each other come to an end, and the history says why", () => {
  const third = heldJob(model, { afterFailures: 2 });
  expect(startsOf(after(model, third, fail(third), at(5)))[0]?.afterFailures).toBe(3);
  const last = heldJob(model, { afterFailures: 3 });
  const change = changeBy(model, last, fail(last), at(5));
  expect(change.effects ?? []).toEqual([]);
  expect(types(change)).toEqual(["task_failed", "job_failed", "start_refused"]);
  expect(change.history.at(-1)?.error).toMatchObject({ code: "too_deep", message: expect.stringContaining("alert") });
});

test("a child stands in the row of its parent: it cannot begin another one", () => {
  const calling = workflow(subWorkflow("s", "sample"));
  expect(startsOf(startedJob(calling, { afterFailures: 3 }))[0]?.afterFailures).toBe(3);
  expect(startsOf(startedJob(calling))[0]).not.toHaveProperty("afterFailures");
});
