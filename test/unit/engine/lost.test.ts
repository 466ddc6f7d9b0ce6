import { expect, test } from "vitest";
import type { Event } from "../../../src/model/decision/event.ts";
import type { Job } from "../../../src/model/job/job.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  changeBy,
  claimed,
  expired,
  finished,
  heldJob,
  ignoredFor,
  started,
  succeeded,
  types,
} from "./situation.ts";

const model = workflow(sequence(task("0"), task("1")));
const once = workflow(sequence(task("0", { whenLost: "fail" }), task("1")));

function lostEvent(job: Job): Event {
  return { kind: "lost", fence: job.fence, lost: job.lost };
}

test("the loss of a worker is told; the attempt is repeated under the same number", () => {
  const job = claimed(expired(heldJob(model)), "w2");
  const change = changeBy(model, job, lostEvent(job), at(9));
  expect(change).toMatchObject({ status: "pending", lost: 1, lostRecorded: 1, lease: "keep" });
  expect(change.history).toMatchObject([{ type: "worker_lost", fence: 1 }]);
  expect(after(model, job, lostEvent(job), at(9)).tasks).toMatchObject([
    { path: "0", status: "scheduled", attempt: 1 },
  ]);
});

test("a loss is told once", () => {
  let job = claimed(expired(heldJob(model)), "w2");
  const event = lostEvent(job);
  job = after(model, job, event, at(9));
  expect(ignoredFor(model, job, event, at(10))).toBe("applied_before");
});

test("a loss that does not count, because the job most likely never reached the worker, is told once all the same", () => {
  const lostBy = { worker: "w1", at: at(5).nowMs, lost: 0 };
  let job: Job = { ...claimed(heldJob(model), "w2"), lostBy };
  const change = changeBy(model, job, lostEvent(job), at(9));
  expect(change).toMatchObject({ lost: 0, lostRecorded: 0 });
  expect(change.history).toMatchObject([
    { type: "worker_lost", worker: "w1", lostAt: at(5).nowMs, open: [{ path: "0" }] },
  ]);
  const event = lostEvent(job);
  job = after(model, job, event, at(9));
  expect(ignoredFor(model, job, event, at(10))).toBe("applied_before");
});

test("a task that may run at most once fails also where its worker gave the job up uncounted; one begun since goes on", () => {
  const begun = after(once, heldJob(once), started(heldJob(once)), at(1));
  const { lease: _lease, ...surrendered } = begun;
  const job = claimed(surrendered, "w2");
  expect(changeBy(once, job, lostEvent(job), at(9))).toMatchObject({
    status: "failed",
    error: { code: "worker_lost" },
  });
  expect(ignoredFor(once, begun, { kind: "lost", fence: begun.fence, lost: 0 }, at(9))).toBe("applied_before");
});

test("only the present worker tells it, with the count of its claim", () => {
  const job = claimed(expired(heldJob(model)), "w2");
  expect(ignoredFor(model, job, { kind: "lost", fence: 1, lost: 1 }, at(9))).toBe("stale_fence");
  expect(ignoredFor(model, job, { kind: "lost", fence: job.fence, lost: 2 }, at(9))).toBe("applied_before");
  expect(ignoredFor(model, heldJob(model), { kind: "lost", fence: 1, lost: 0 }, at(9))).toBe("applied_before");
});

test("a job that loses max_lost workers in a row fails, with the results so far", () => {
  let job = heldJob(model);
  job = after(model, job, finished(job, succeeded), at(1));
  const limits = { maxLost: 3 };
  for (const lost of [1, 2, 3]) {
    expect(job.status).toBe("running");
    job = claimed(expired(job), `w${lost}`);
    job = after(model, job, lostEvent(job), at(lost, { limits }));
  }
  expect(job).toMatchObject({ status: "failed", error: { code: "worker_lost" }, lost: 3, lostRecorded: 3 });
  expect(job).not.toHaveProperty("lease");
  expect(job.tasks).toMatchObject([
    { path: "0", status: "completed" },
    { path: "1", status: "cancelled" },
  ]);
});

test("a task that may run at most once fails where its call had begun", () => {
  let job = heldJob(once);
  job = after(once, job, started(job), at(1));
  job = claimed(expired(job), "w2");
  const change = changeBy(once, job, lostEvent(job), at(9));
  expect(change).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
  expect(change.tasks).toMatchObject([{ path: "0", status: "failed", error: { code: "worker_lost" } }]);
  expect(types(change)).toEqual(["worker_lost", "task_failed", "job_failed"]);
});

test("a task that may run at most once is begun by the next worker where its call had not begun", () => {
  let job = claimed(expired(heldJob(once)), "w2");
  job = after(once, job, lostEvent(job), at(9));
  expect(job.tasks).toMatchObject([{ path: "0", status: "scheduled", attempt: 1 }]);
  expect(after(once, job, started(job), at(10)).tasks).toMatchObject([{ path: "0", status: "started" }]);
});

test("a started task that may run again is due again", () => {
  let job = heldJob(model);
  job = after(model, job, started(job), at(1));
  job = claimed(expired(job), "w2");
  job = after(model, job, lostEvent(job), at(9));
  expect(job.tasks).toMatchObject([{ path: "0", status: "scheduled", attempt: 1 }]);
});
