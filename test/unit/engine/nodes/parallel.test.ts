import { describe, expect, test } from "vitest";
import type { ParallelNode, Workflow } from "../../../../src/model/workflow.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, changeBy, failedForGood, finished, heldJob, succeeded, types } from "../situation.ts";
import { ended, statuses } from "./moves.ts";

function three(more: Partial<Pick<ParallelNode, "join" | "onFailure">> = {}): Workflow {
  const branches = parallel([sequence(task("0/0"), task("0/1")), task("1"), task("2")], more);
  return workflow(sequence(branches, task("3")));
}

test("all branches begin at once, each goes on by itself, and what follows waits for all", () => {
  const model = three();
  expect(statuses(heldJob(model))).toEqual({ "0/0": "scheduled", "1": "scheduled", "2": "scheduled" });
  const half = ended(model, heldJob(model), ["1", succeeded], ["0/0", succeeded], ["2", succeeded]);
  expect(statuses(half)).toMatchObject({ "0/1": "scheduled" });
  expect(statuses(half)).not.toHaveProperty("3");
  const whole = ended(
    model,
    heldJob(model),
    ["1", succeeded],
    ["0/0", succeeded],
    ["2", succeeded],
    ["0/1", succeeded],
  );
  expect(statuses(whole)).toMatchObject({ "3": "scheduled" });
});

describe.each([
  ["any", 1, [["1", succeeded]], { "0/0": "cancelled", "1": "completed", "2": "cancelled", "3": "scheduled" }],
  [
    "two of three",
    2,
    [
      ["1", failedForGood],
      ["2", succeeded],
      ["0/0", succeeded],
      ["0/1", succeeded],
    ],
    { "0/1": "completed", "1": "failed", "2": "completed", "3": "scheduled" },
  ],
] as const)("join %s", (_name, join, ends, expected) => {
  test("is complete as soon as so many branches are: the others are cancelled, and what follows begins with the same change", () => {
    const model = three({ join });
    const before = ended(model, heldJob(model), ...ends.slice(0, -1));
    expect(statuses(before)).not.toHaveProperty("3");
    const [path, outcome] = ends.at(-1) ?? ["", succeeded];
    const job = after(model, before, finished(before, outcome, { path }), at(9));
    expect(statuses(job)).toMatchObject(expected);
    expect(job.status).toBe("running");
  });
});

test("a failure cancels the other branches at once, and fails the job with its own reason", () => {
  const model = three();
  const job = ended(model, heldJob(model), ["0/0", succeeded]);
  const change = changeBy(model, job, finished(job, failedForGood, { path: "2" }), at(5));
  expect(change).toMatchObject({ status: "failed", error: { code: "unreachable" } });
  expect(types(change)).toEqual(["task_failed", "task_cancelled", "task_cancelled", "job_failed"]);
});

test("or it lets them end, whole branches, before the job fails", () => {
  const model = three({ onFailure: "wait" });
  const job = ended(model, heldJob(model), ["2", failedForGood], ["1", succeeded], ["0/0", succeeded]);
  expect(job.status).toBe("running");
  expect(statuses(job)).toEqual({ "0/0": "completed", "0/1": "scheduled", "1": "completed", "2": "failed" });
  const change = changeBy(model, job, finished(job, succeeded, { path: "0/1" }), at(9));
  expect(change).toMatchObject({ status: "failed", error: { code: "unreachable" } });
});

test("a branch that fails inside another parallel ends that one alone, where the outer join can do without it", () => {
  const inner = parallel([task("0/0"), task("0/1")]);
  const model = workflow(parallel([inner, task("1")], { join: 1 }));
  const job = ended(model, heldJob(model), ["0/0", failedForGood]);
  expect(job.status).toBe("running");
  expect(statuses(job)).toEqual({ "0/0": "failed", "0/1": "cancelled", "1": "scheduled" });
});

test("a retry of the job schedules what failed and what was cancelled for it, not what a join had no use for", () => {
  const first = parallel([task("0"), task("1")], { join: 1 });
  const model = workflow(sequence(first, parallel([task("2"), task("3"), task("4")])));
  const failed = ended(model, heldJob(model), ["0", succeeded], ["2", succeeded], ["3", failedForGood]);
  expect(failed.status).toBe("failed");
  const job = after(model, failed, asks.retry, at(20));
  expect(statuses(job)).toEqual({
    "0": "completed",
    "1": "cancelled",
    "2": "completed",
    "3": "scheduled",
    "4": "scheduled",
  });
});
