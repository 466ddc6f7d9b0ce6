import { expect, test } from "vitest";
import type { Change } from "../../../src/model/decision/decision.ts";
import { mergeChanges } from "../../../src/model/decision/merge-changes.ts";
import { evolve } from "../../../src/model/job/evolve.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { Effect } from "../../../src/model/job/outward/effect.ts";
import type { TaskExecution } from "../../../src/model/job/task-execution.ts";

const job: Job = {
  id: "0123456789abcdef01234567",
  format: 1,
  workflow: { name: "sample", version: 1, digest: "d" },
  status: "running",
  run: 1,
  input: { id: "7" },
  tasks: [execution("a", "completed"), execution("b", "scheduled")],
  version: 4,
  fence: 2,
  lease: { worker: "w1", fence: 2 },
  lost: 1,
  lostRecorded: 1,
  readyAt: 20,
  deadlineAt: 90,
  createdAt: 10,
  startedAt: 11,
  bytes: 10,
};

function execution(path: string, status: TaskExecution["status"]): TaskExecution {
  return { path, iteration: 0, name: path, type: "test", status, attempt: 1, scheduledAt: 10 };
}

const goesOn: Change = {
  kind: "change",
  jobId: job.id,
  status: "running",
  tasks: [execution("b", "completed"), execution("c", "scheduled")],
  readyAt: 30,
  deadlineAt: 90,
  startedAt: 11,
  lost: 0,
  lostRecorded: 0,
  bytes: 15,
  lease: "keep",
  history: [{ at: 30, type: "task_completed", run: 1, path: "b" }],
};

const ends: Change = {
  kind: "change",
  jobId: job.id,
  status: "failed",
  error: { code: "x", message: "y" },
  tasks: [execution("c", "failed")],
  startedAt: 11,
  finishedAt: 40,
  lost: 0,
  lostRecorded: 0,
  bytes: 15,
  lease: "release",
  history: [{ at: 40, type: "job_failed", run: 1 }],
};

test("a change replaces what it names and leaves the rest: identity, input, fence, other tasks in their order", () => {
  expect(evolve(job, goesOn, 5)).toStrictEqual({
    ...job,
    version: 5,
    tasks: [execution("a", "completed"), execution("b", "completed"), execution("c", "scheduled")],
    readyAt: 30,
    lost: 0,
    lostRecorded: 0,
    bytes: 15,
  });
});

test("what a change does not carry is gone: timers, deadline, lease", () => {
  const { lease: _lease, readyAt: _readyAt, deadlineAt: _deadlineAt, ...kept } = job;
  expect(evolve(job, ends, 5)).toStrictEqual({
    ...kept,
    status: "failed",
    error: { code: "x", message: "y" },
    version: 5,
    tasks: [execution("a", "completed"), execution("b", "scheduled"), execution("c", "failed")],
    finishedAt: 40,
    lost: 0,
    lostRecorded: 0,
    bytes: 15,
  });
});

test("a job without a lease gets none by a change that keeps it", () => {
  const { lease: _lease, ...free } = job;
  expect(evolve(free, goesOn, 5)).not.toHaveProperty("lease");
});

test("two changes merged are one after the other", () => {
  expect(evolve(job, mergeChanges(goesOn, ends), 5)).toStrictEqual(evolve(evolve(job, goesOn, 5), ends, 5));
  expect(mergeChanges(goesOn, ends).history.map(({ type }) => type)).toEqual(["task_completed", "job_failed"]);
});

test("what the first change gives back stays given back", () => {
  const back: Change = { ...goesOn, lease: "release" };
  expect(evolve(job, mergeChanges(back, goesOn), 5)).not.toHaveProperty("lease");
});

const effect = (id: number): Effect => ({ kind: "cancel_job", id, at: 30, job: "other", by: "ada" });

test("a change that says nothing of effects leaves them, one that has none left takes them away", () => {
  const owing: Job = { ...job, effects: [effect(1)], retried: 1 };
  expect(evolve(owing, goesOn, 5)).toMatchObject({ effects: [effect(1)], retried: 1 });
  expect(evolve(owing, { ...goesOn, effects: [effect(2)] }, 5).effects).toEqual([effect(2)]);
  expect(evolve(owing, { ...ends, effects: [] }, 5)).not.toHaveProperty("effects");
  expect(evolve(owing, { ...goesOn, extras: { call: 3 } }, 5)).toMatchObject({ retried: 1, call: 3 });
});

test("two changes merged owe what the later says, and what the earlier says where the later says nothing", () => {
  const first: Change = { ...goesOn, effects: [effect(1)], extras: { retried: 1 } };
  for (const second of [ends, { ...ends, effects: [] }, { ...ends, effects: [effect(2)], extras: { call: 3 } }]) {
    const merged = mergeChanges(first, second);
    expect(evolve(job, merged, 5)).toStrictEqual(evolve(evolve(job, first, 5), second, 5));
  }
  expect(mergeChanges(goesOn, ends)).not.toHaveProperty("effects");
});
