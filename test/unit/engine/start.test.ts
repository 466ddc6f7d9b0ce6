import { expect, test } from "vitest";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { at, begin, blankJob, changeBy, ignoredFor, startedJob, types } from "./situation.ts";

test("a start schedules the first task and no other", () => {
  const model = workflow(sequence(task("0"), task("1")));
  const change = changeBy(model, blankJob(model), { kind: "start" }, at(0));
  expect(change).toMatchObject({ status: "pending", readyAt: begin, lease: "keep" });
  expect(change.tasks).toEqual([
    {
      path: "0",
      iteration: 0,
      name: "task 0",
      type: "test",
      status: "scheduled",
      attempt: 1,
      readyAt: begin,
      scheduledAt: begin,
    },
  ]);
  expect(types(change)).toEqual(["job_started"]);
});

test("the first task may stand deep in the tree, behind sequences that are empty", () => {
  const model = workflow(sequence(sequence(), sequence(sequence(), sequence(task("1/1/0"))), task("2")));
  expect(startedJob(model).tasks.map(({ path }) => path)).toEqual(["1/1/0"]);
});

test.each([sequence(), sequence(sequence(), sequence(sequence()))])(
  "a workflow without tasks is done at once",
  (root) => {
    const model = workflow(root);
    const change = changeBy(model, blankJob(model), { kind: "start" }, at(0));
    expect(change).toMatchObject({ status: "completed", finishedAt: begin, lease: "release", tasks: [] });
    expect(change).not.toHaveProperty("readyAt");
    expect(types(change)).toEqual(["job_started", "job_completed"]);
  },
);

test("a job with an overall time-out gets its deadline at the start", () => {
  const model = workflow(task("0"), { timeoutMs: 5000 });
  expect(startedJob(model).deadlineAt).toBe(begin + 5000);
  expect(startedJob(workflow(task("0")))).not.toHaveProperty("deadlineAt");
});

test("a job starts once", () => {
  const model = workflow(task("0"));
  expect(ignoredFor(model, startedJob(model), { kind: "start" }, at(1))).toBe("applied_before");
  const empty = workflow(sequence());
  expect(ignoredFor(empty, startedJob(empty), { kind: "start" }, at(1))).toBe("applied_before");
});

test("a job that begins later has its first task due then, and no time of it runs before", () => {
  const model = workflow(sequence(task("0"), task("1")), { timeoutMs: 5000 });
  const dueAt = begin + 60_000;
  const change = changeBy(model, blankJob(model), { kind: "start", dueAt }, at(0));
  expect(change).toMatchObject({
    status: "pending",
    readyAt: dueAt,
    deadlineAt: dueAt + 5000,
    tasks: [{ path: "0", status: "scheduled", readyAt: dueAt, scheduledAt: dueAt }],
    history: [{ type: "job_started", at: begin, dueAt }],
  });
});

test("a job that was to begin before now begins now", () => {
  const model = workflow(task("0"));
  const change = changeBy(model, blankJob(model), { kind: "start", dueAt: begin - 1 }, at(0));
  expect(change).toMatchObject({ readyAt: begin, tasks: [{ readyAt: begin }] });
  expect(change.history[0]).not.toHaveProperty("dueAt");
});
