import { describe, expect, test } from "vitest";
import type { Event } from "../../../src/model/decision/event.ts";
import type { Job } from "../../../src/model/job/job.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  begin,
  changeBy,
  claimed,
  failedForGood,
  failure,
  finished,
  heldJob,
  ignoredFor,
  startedJob,
  succeeded,
} from "./situation.ts";

const tree = sequence(task("0"), task("1", { retry: { kind: "fixed", retries: 1, delayMs: 10 } }), task("2"));
const model = workflow(tree, { timeoutMs: 60_000 });
const retry: Event = { kind: "retry", by: "ada", reason: "it is up again" };
const restart: Event = { kind: "restart", by: "ada", reason: "once more" };
const cancel: Event = { kind: "cancel", by: "bob" };

const held = heldJob(model);
const half = after(model, held, finished(held, succeeded), at(5));
const completed = after(model, half, finished(half, succeeded), at(6));
const states: Readonly<Record<string, Job>> = {
  pending: startedJob(model),
  running: half,
  paused: after(model, half, { kind: "pause", by: "bob" }, at(6)),
  completed: after(model, completed, finished(completed, succeeded), at(7)),
  failed: after(model, half, finished(half, failure({ retryable: false, result: { response: "no" } })), at(6)),
  timed_out: after(model, half, { kind: "timer_due" }, at(60_000)),
  terminated: after(model, half, cancel, at(6)),
};

function stateOf(name: string): Job {
  const job = states[name];
  if (job === undefined) throw new Error(name);
  expect(job.status).toBe(name);
  return job;
}

test.each(["failed", "timed_out", "terminated"])("a job that is %s goes on from what it had not done", (name) => {
  const job = stateOf(name);
  const again = after(model, job, retry, at(70_000));
  expect(again).toMatchObject({ status: "running", run: 1, readyAt: begin + 70_000, deadlineAt: begin + 130_000 });
  expect(again).toMatchObject({ startedAt: job.startedAt, lost: 0 });
  for (const field of ["error", "finishedAt", "lease"]) expect(again).not.toHaveProperty(field);
  expect(again.tasks).toEqual([
    job.tasks[0],
    {
      path: "1",
      iteration: 0,
      name: "task 1",
      type: "test",
      status: "scheduled",
      attempt: 1,
      readyAt: begin + 70_000,
      scheduledAt: begin + 70_000,
    },
  ]);
  expect(again.bytes).toBe(half.bytes);
  expect(changeBy(model, job, retry, at(70_000)).history).toEqual([
    { at: begin + 70_000, type: "job_retried", run: 1, by: "ada", reason: "it is up again" },
  ]);
});

test.each(["completed", "failed", "timed_out", "terminated"])(
  "a job that is %s begins its next run with nothing",
  (name) => {
    const job = stateOf(name);
    const { told: _told, ...again } = after(model, job, restart, at(70_000));
    expect(again).toEqual({
      ...startedJob(model),
      run: 2,
      fence: job.fence + 1,
      version: again.version,
      readyAt: begin + 70_000,
      deadlineAt: begin + 130_000,
      tasks: [{ ...startedJob(model).tasks[0], readyAt: begin + 70_000, scheduledAt: begin + 70_000 }],
    });
    expect(changeBy(model, job, restart, at(70_000)).history).toMatchObject([
      { at: begin + 70_000, type: "job_restarted", run: 2, by: "ada", reason: "once more" },
    ]);
  },
);

test("a restart with another version runs that one, and the history tells which", () => {
  const next = workflow(sequence(task("a")), { version: 2 });
  const job = after(next, stateOf("completed"), restart, at(9));
  expect(job.workflow).toEqual({ name: "sample", version: 2, digest: next.digest });
  expect(job.tasks.map(({ path }) => path)).toEqual(["a"]);
  expect(job).not.toHaveProperty("deadlineAt");
  expect(changeBy(next, stateOf("completed"), restart, at(9)).history).toMatchObject([{ version: 2 }]);
});

test.each([
  ["retry", retry, ["pending", "running", "paused", "completed"]],
  ["restart", restart, ["pending", "running", "paused"]],
] as const)("%s changes nothing in any other state", (_name, event, names) => {
  for (const name of names) expect(ignoredFor(model, stateOf(name), event, at(70_000))).toBe("not_allowed_in_state");
});

describe.each([retry, restart])("after a $kind", (event) => {
  const late = finished(half, succeeded);
  const job = after(model, stateOf("terminated"), event, at(70));

  test("no result of an attempt that was begun before counts, whoever has the job by then", () => {
    expect(ignoredFor(model, job, late, at(71))).toBe("stale_fence");
    expect(ignoredFor(model, claimed(job), late, at(71))).toBe("stale_fence");
    expect(ignoredFor(model, claimed(job), { ...late, path: "0" }, at(71))).toBe("stale_fence");
  });

  test("and none is told as late when the job has ended again", () => {
    expect(ignoredFor(model, after(model, job, cancel, at(71)), late, at(72))).toBe("stale_fence");
  });

  test("the job goes on to its end", () => {
    let now = claimed(job, "w2");
    while (now.status !== "completed") now = after(model, now, finished(now, succeeded, { worker: "w2" }), at(80));
    expect(now.tasks.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
  });

  test("its failures are counted anew", () => {
    const first = claimed(after(model, stateOf("failed"), event, at(70)));
    const done = event.kind === "retry" ? first : after(model, first, finished(first, succeeded), at(71));
    expect(after(model, done, finished(done, failure({ retryable: true })), at(72)).status).toBe("running");
    expect(after(model, done, finished(done, failedForGood), at(72)).status).toBe("failed");
  });
});
