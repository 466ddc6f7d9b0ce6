import { expect, test } from "vitest";
import { applyEvent, applyEvents } from "../../../src/jobs/apply.ts";
import { startJob } from "../../../src/jobs/start.ts";
import type { AttemptFinished } from "../../../src/model/decision/event.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { JsonValue } from "../../../src/model/json.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { jobIdOf } from "../../support/jobs.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { by, claimed, registered, stored } from "../../support/store/fresh-store.ts";

const model = workflow(sequence(task("0"), task("1")));

/** Far beyond what a row of the store may have. */
const tooLarge = "x".repeat(17 * 1024 * 1024);

/** A job in the hands of `w1`. */
async function heldJob(more: Parameters<typeof embedded>[1] = {}): Promise<{ deps: Embedded; job: Job }> {
  const deps = await embedded([model], more);
  await startJob(deps, { workflow: "sample", input: {} });
  return { deps, job: await claimedBy(deps, "w1") };
}

async function claimedBy(deps: Embedded, worker: string): Promise<Job> {
  await registered(deps.store, worker);
  const [job] = await claimed(deps.store, by(worker, { nowMs: Date.now() + 120_000 }));
  return job ?? expect.fail("There was no job to claim");
}

function succeeded(job: Job, path: string, response: JsonValue = "fine"): AttemptFinished {
  return {
    kind: "attempt_finished",
    fence: job.fence,
    path,
    iteration: 0,
    attempt: 1,
    worker: job.lease?.worker ?? "",
    startedAt: Date.now(),
    durationMs: 1,
    outcome: { kind: "succeeded", result: { response } },
  };
}

test("an event changes the stored job, and the answer is that very job", async () => {
  const { deps, job } = await heldJob();
  const applied = await applyEvents(deps, model, job, [succeeded(job, "0")]);
  expect(applied).toMatchObject({ kind: "committed", job: { status: "running" } });
  if (applied.kind === "committed") expect(await stored(deps.store, job.id)).toEqual(applied.job);
});

test("several events are one commit", async () => {
  const { deps, job } = await heldJob();
  const applied = await applyEvents(deps, model, job, [succeeded(job, "0"), succeeded(job, "1")]);
  expect(applied).toMatchObject({ kind: "committed", job: { status: "completed", version: job.version + 1 } });
  const history = await deps.store.jobs.history(job.id);
  expect(history?.map(({ type }) => type)).toEqual([
    "job_started",
    "task_completed",
    "task_completed",
    "job_completed",
  ]);
});

test("an event decided on an old copy is decided again on the newest", async () => {
  const { deps, job } = await heldJob();
  await applyEvent(deps, job.id, { kind: "cancel", by: "ada" });
  const late = await applyEvents(deps, model, job, [succeeded(job, "0")]);
  expect(late).toMatchObject({ kind: "committed", job: { status: "terminated" } });
  const again = await applyEvents(deps, model, job, [succeeded(job, "0")]);
  expect(again).toMatchObject({ kind: "ignored", reason: "applied_before", job: { status: "terminated" } });
  const history = await deps.store.jobs.history(job.id);
  expect(history?.map(({ type }) => type)).toEqual(["job_started", "task_cancelled", "job_terminated", "late_result"]);
});

test("a worker whose job others have changes nothing", async () => {
  const { deps, job } = await heldJob();
  await deps.store.workers.expire("w1", 1, Date.now());
  const other = await claimedBy(deps, "w2");
  expect(other).toMatchObject({ id: job.id, fence: 2, lost: 1 });
  expect(await applyEvents(deps, model, job, [succeeded(job, "0")])).toMatchObject({
    kind: "ignored",
    reason: "stale_fence",
  });
  expect(await stored(deps.store, job.id)).toEqual(other);
});

test("the same result told by many at once counts once", async () => {
  const { deps, job } = await heldJob();
  const event = succeeded(job, "0");
  const all = await Promise.all(Array.from({ length: 10 }, () => applyEvents(deps, model, job, [event])));
  expect(all.filter(({ kind }) => kind === "committed")).toHaveLength(1);
  const history = await deps.store.jobs.history(job.id);
  expect(history?.map(({ type }) => type)).toEqual(["job_started", "task_completed"]);
});

test("what the store can never take fails the job with the reason; what it had is kept", async () => {
  const { deps, job } = await heldJob({ limits: { maxResultBytes: 1e9, maxJobBytes: 1e9 } });
  const half = await applyEvents(deps, model, job, [succeeded(job, "0")]);
  if (half.kind !== "committed") expect.fail(`The first result is ${half.kind}`);
  const applied = await applyEvents(deps, model, half.job, [succeeded(job, "1", tooLarge)]);
  expect(applied).toMatchObject({ kind: "committed", job: { status: "failed", error: { code: "commit_refused" } } });
  expect(await stored(deps.store, job.id)).toMatchObject({
    status: "failed",
    error: { message: expect.stringMatching(/over the limit/) as string },
    tasks: [{ status: "completed", result: { response: "fine" } }, { status: "cancelled" }],
  });
});

test("a worker whose job others have cannot fail it with what the store refuses", async () => {
  const { deps, job } = await heldJob({ limits: { maxResultBytes: 1e9, maxJobBytes: 1e9 } });
  await deps.store.workers.expire("w1", 1, Date.now());
  const other = await claimedBy(deps, "w2");
  const applied = await applyEvents(deps, model, job, [succeeded(job, "0", tooLarge)]);
  expect(applied).toMatchObject({ kind: "ignored", reason: "stale_fence" });
  expect(await stored(deps.store, job.id)).toEqual(other);
});

test("an event for a job that is not there says so", async () => {
  const { deps, job } = await heldJob();
  expect(await applyEvent(deps, jobIdOf("nobody"), { kind: "cancel", by: "ada" })).toMatchObject({ kind: "gone" });
  const elsewhere = await embedded([model]);
  expect(await applyEvents(elsewhere, model, job, [succeeded(job, "0")])).toEqual({ kind: "gone", id: job.id });
});

test("a job of a definition that only the store has is decided by that one", async () => {
  const { deps, job } = await heldJob();
  const newer = await embedded([workflow(sequence(), { version: 2 })], { place: deps.place });
  const applied = await applyEvent(newer, job.id, succeeded(job, "0"));
  expect(applied).toMatchObject({ kind: "committed", job: { tasks: [{ status: "completed" }, { path: "1" }] } });
});
