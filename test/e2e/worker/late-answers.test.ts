import { expect, test } from "vitest";
import type { JobStore } from "../../../src/store/store.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { assignedTo, newcomer } from "../../support/worker/assign.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { ended, onlyWorker, start, startWorker } from "../../support/worker/site.ts";

const model = workflow(task("0"));
const neverMs = 600_000;

type Ask = "assigned" | "claim";

/** A real store whose first answer to one kind of ask that brings jobs reaches the worker only when the test says so. */
function withLateAnswers(deps: Embedded, late: Ask) {
  const free = Promise.withResolvers<void>();
  let held: "not yet" | "held" | "passed" = "not yet";
  const pass = async (jobs: number): Promise<void> => {
    if (jobs === 0 || held !== "not yet") return;
    held = "held";
    await free.promise;
    held = "passed";
  };
  const { jobs } = deps.store;
  const lateJobs: Partial<JobStore> = {
    assigned: async (ask) => {
      const answer = await jobs.assigned(ask);
      await pass(answer.length);
      return answer;
    },
    claim: async (ask) => {
      const answer = await jobs.claim(ask);
      await pass(answer.kind === "claimed" ? answer.jobs.length : 0);
      return answer;
    },
  };
  return {
    deps: { ...deps, store: { ...deps.store, jobs: { ...jobs, [late]: lateJobs[late] } } },
    /** Such an answer is on its way: it shows the store as it is now. */
    onItsWay: () => eventually("an answer is on its way", () => held === "held"),
    async arrive(): Promise<void> {
      free.resolve();
      await eventually("the answer is there", () => held === "passed");
    },
  };
}

/** The worker takes more jobs, so whatever it took before has begun. */
async function hasGoneOn(deps: Embedded): Promise<void> {
  await ended(deps, await start(deps));
}

test("a poll's answer from before a job ended does not bring it back", async () => {
  const attempts = new Attempts(() => success);
  const late = withLateAnswers(await embedded([model]), "assigned");
  const { deps } = late;
  const { worker } = await startWorker(deps, attempts.run, { pollMs: 5 });
  // Stored with the lease, and known to the worker only when the poll has read it.
  const reservation = await eventually("the worker has room", () => worker.reserve(newcomer()));
  const assigned = assignedTo(reservation.worker, () => undefined);
  const id = await start({ ...deps, placement: assigned });
  await late.onItsWay();
  const job = await deps.store.jobs.get(id);
  if (job === undefined) throw new Error("The job is not there");
  reservation.take(job); // as if the start's own answer came now
  await ended(deps, id);
  await late.arrive();
  await hasGoneOn(deps);
  expect(attempts.begun.filter((attempt) => attempt.job.id === id)).toHaveLength(1);
});

test("a poll's answer from before a job was given back does not run it here", async () => {
  const late = withLateAnswers(await embedded([model]), "assigned");
  const { deps } = late;
  const [busy, other] = [new Attempts(), new Attempts(() => success)];
  await startWorker(deps, busy.run, { concurrency: 1, pollMs: 5 });
  const worker = await onlyWorker(deps);
  const first = await start(deps);
  await busy.next();
  const id = await start({ ...deps, placement: assignedTo(worker) });
  await late.onItsWay();
  await startWorker(deps, other.run, { pollMs: neverMs });
  deps.notifier.publish({ kind: "assigned", to: deps.notifier.address, worker, jobs: [id] });
  await ended(deps, id);
  busy.answer(() => success);
  await ended(deps, first);
  await late.arrive();
  await hasGoneOn(deps);
  expect([...busy.begun, ...other.begun].filter((attempt) => attempt.job.id === id)).toHaveLength(1);
});

test("a claim's answer that comes after a poll has brought the job, and it has ended, does not run it again", async () => {
  const attempts = new Attempts(); // open until the claim has its answer: it reads what it got, on some stores, after it took it
  const late = withLateAnswers(await embedded([model]), "claim");
  const { deps } = late;
  await startWorker(deps, attempts.run, { pollMs: 5 });
  const id = await start(deps);
  await late.onItsWay();
  await attempts.next();
  attempts.answer(() => success);
  await ended(deps, id);
  await late.arrive();
  await hasGoneOn(deps);
  expect(attempts.begun.filter((attempt) => attempt.job.id === id)).toHaveLength(1);
});

test("a claim's answer that comes while a job runs that a poll has brought leaves its attempt alone", async () => {
  const attempts = new Attempts();
  const late = withLateAnswers(await embedded([model]), "claim");
  const { deps } = late;
  await startWorker(deps, attempts.run, { pollMs: 5 });
  const id = await start(deps);
  await late.onItsWay();
  const attempt = await attempts.next();
  await late.arrive();
  const next = await start(deps); // taken by a later claim, so the late answer has been dealt with
  await attempts.whenOpen(2);
  expect(attempt.signal.aborted).toBe(false);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(await ended(deps, next)).toMatchObject({ status: "completed" });
  expect(attempts.begun).toHaveLength(2);
});
