import { expect, test } from "vitest";
import { mergeChanges } from "../../../../src/model/decision/merge-changes.ts";
import { evolve } from "../../../../src/model/job/evolve.ts";
import type { Ephemeral } from "../../../../src/model/job/extras.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { ParentRef } from "../../../../src/model/job/outward/effect.ts";
import { parallel, sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { after, at, begin, changeBy, claimed, failedForGood, finished, heldJob, succeeded } from "../situation.ts";

const model = workflow(task("0"));
const ephemeral: Ephemeral = { keyUntil: 99 };
const parent: ParentRef = { id: "0".repeat(24), run: 1, path: "0", iteration: 0, call: 10, depth: 1 };

function delivered(job: Job, unheard?: true) {
  const ids = (job.effects ?? []).map(({ id }) => id);
  return { kind: "effects_delivered", ids, refused: [], ...(unheard && { unheard }) } as const;
}

test("an ephemeral job is removed by the very step that completes it, and by none before", () => {
  const two = workflow(sequence(task("0"), task("1")));
  const job = heldJob(two, { ephemeral });
  const half = changeBy(two, job, finished(job, succeeded), at(1));
  expect(half).not.toHaveProperty("removal");
  const next = evolve(job, half, job.version + 1);
  expect(changeBy(two, next, finished(next, succeeded), at(2))).toMatchObject({
    status: "completed",
    removal: ephemeral,
  });
  const usual = heldJob(model);
  expect(changeBy(model, usual, finished(usual, succeeded), at(1))).not.toHaveProperty("removal");
});

test("one that failed, timed out or was cancelled is kept, and removed when it completes after a retry", () => {
  const job = heldJob(model, { ephemeral, deadlineAt: at(5).nowMs });
  for (const event of [finished(job, failedForGood), { kind: "cancel", by: "ada" }, { kind: "timer_due" }] as const) {
    const change = changeBy(model, job, event, at(6));
    expect(change).not.toHaveProperty("removal");
    const retried = claimed(after(model, evolve(job, change, job.version + 1), { kind: "retry", by: "ada" }, at(7)));
    expect(changeBy(model, retried, finished(retried, succeeded), at(8))).toMatchObject({ removal: ephemeral });
  }
});

test("one that is skipped to its end by people is removed by that", () => {
  const job = heldJob(model, { ephemeral });
  const event = { kind: "skip", by: "ada", task: { path: "0", iteration: 0 } } as const;
  expect(changeBy(model, job, event, at(1))).toMatchObject({ status: "completed", removal: ephemeral });
});

test("a child is removed only when its parent has its result; what the parent did not take is kept", () => {
  const job = heldJob(model, { ephemeral, parent });
  const change = changeBy(model, job, finished(job, succeeded), at(1));
  expect(change).toMatchObject({ status: "completed", effects: [{ kind: "tell_parent" }] });
  expect(change).not.toHaveProperty("removal");
  const ended = evolve(job, change, job.version + 1);
  expect(changeBy(model, ended, delivered(ended), at(2))).toHaveProperty("removal");
  expect(changeBy(model, ended, delivered(ended, true), at(2))).not.toHaveProperty("removal");
});

test("what the parent did not take is kept whatever else is acknowledged later, until the child ends again", () => {
  const any = workflow(parallel([task("0"), subWorkflow("1", "other")], { join: 1 }));
  const job = heldJob(any, { ephemeral, parent });
  const ended = after(any, job, finished(job, succeeded), at(1));
  expect(ended.effects?.map(({ kind }) => kind).sort()).toEqual(["cancel_job", "start_job", "tell_parent"]);
  const tell = (ended.effects ?? []).filter(({ kind }) => kind === "tell_parent").map(({ id }) => id);
  const told = (unheard?: true) => ({ ...delivered(ended, unheard), ids: tell });
  const heard = after(any, ended, told(), at(2));
  expect(changeBy(any, heard, delivered(heard), at(3))).toHaveProperty("removal");
  const unheard = after(any, ended, told(true), at(2));
  const kept = after(any, unheard, delivered(unheard), at(3));
  expect(changeBy(any, unheard, delivered(unheard), at(3))).not.toHaveProperty("removal");
  const anew = claimed(after(any, kept, { kind: "restart", by: "ada" }, at(4)));
  const called = after(any, anew, delivered(anew), at(5));
  const again = after(any, called, finished(called, succeeded), at(6));
  expect(changeBy(any, again, delivered(again), at(7))).toHaveProperty("removal");
});

test("the id of a job that another started stays taken for a day after it is gone, or longer where its key does", () => {
  const dayMs = 86_400_000;
  for (const [byOther, keyUntil, expected] of [
    [{ parent }, 99, begin + 2 + dayMs],
    [{ afterFailures: 1 }, 99, begin + 1 + dayMs],
    [{ afterFailures: 1 }, begin + 2 * dayMs, begin + 2 * dayMs],
    [{}, 99, 99],
  ] as const) {
    const job = heldJob(model, { ephemeral: { keyUntil }, ...byOther });
    const change = changeBy(model, job, finished(job, succeeded), at(1));
    const ended = evolve(job, change, job.version + 1);
    const last = change.removal === undefined ? changeBy(model, ended, delivered(ended), at(2)) : change;
    expect(last.removal).toEqual({ keyUntil: expected });
  }
  const keyless = heldJob(model, { ephemeral: {} });
  expect(changeBy(model, keyless, finished(keyless, succeeded), at(1)).removal).toEqual({});
});

test("a result that comes in the same step as the end of its job does not bring the job back", () => {
  const any = workflow(parallel([task("0"), task("1")], { join: 1 }));
  const job = heldJob(any, { ephemeral });
  const [first, second] = job.tasks;
  const endOf = (one = first) => ({ ...finished(job, succeeded), path: one?.path ?? "" });
  const ends = changeBy(any, job, endOf(first), at(1));
  expect(ends).toMatchObject({ status: "completed", removal: ephemeral });
  const over = evolve(job, ends, job.version);
  const late = changeBy(any, over, endOf(second), at(2));
  expect(late.history).toMatchObject([{ type: "late_result" }]);
  expect(mergeChanges(ends, late)).toMatchObject({ removal: ephemeral });
});
