import fc from "fast-check";
import { expect, test } from "vitest";
import { evolve } from "../../../../src/model/job/evolve.ts";
import type { HistoryEntry } from "../../../../src/model/job/history.ts";
import { isFinal, type Job } from "../../../../src/model/job/job.ts";
import type { ParentRef } from "../../../../src/model/job/outward/effect.ts";
import { kin, limits, steps } from "./arbitraries.ts";
import { expectSame } from "./checks/check.ts";
import { checkWrite } from "./invariants.ts";
import { Simulation, type Write } from "./simulation.ts";
import { workflows } from "./trees.ts";

/** Jobs, each of 20 to 150 steps. `npm run test:properties` looks at more of them; a failure prints its seed for `PROPERTY_SEED`. */
const runs = Number(process.env["PROPERTY_RUNS"] ?? 1000);
const seed = process.env["PROPERTY_SEED"];

const parent: ParentRef = { id: "f".repeat(24), run: 1, path: "0", iteration: 0, call: 3, depth: 1 };

/** Every kind of write that a run must have met, or it shows nothing. */
const met = new Set<string>();

test(
  "whatever is doubled, delayed, stale or lost: no result is, no task runs early, no end is left, and the job goes on",
  () => {
    fc.assert(
      fc.property(workflows, kin, limits, steps, (tree, { isChild, hasFailureJob }, bounds, course) => {
        const model = { ...tree, ...(hasFailureJob && { onFailure: "alert" }) };
        const writes: Write[] = [];
        const history: HistoryEntry[] = [];
        const see = (write: Write): void => {
          writes.push(write);
          history.push(...write.history);
          checkWrite(model, write, history, bounds);
        };
        const simulation = new Simulation(model, bounds, see, isChild ? { parent } : {});
        for (const step of course) simulation.step(step);
        simulation.heal();
        expect(isFinal(simulation.job.status), "the job comes to its end").toBe(true);
        expectSame("a replay of all writes", replay(writes), simulation.job);
        for (const { type } of history) met.add(type);
        for (const { type, status } of simulation.job.tasks) met.add(`${type} ${status}`);
      }),
      { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) },
    );
    if (runs >= 1000) expect([...met]).toEqual(expect.arrayContaining([...everyType, ...everyNode]));
  },
  1000 + runs * 100,
);

const everyType = [
  "attempt_failed",
  "attempt_interrupted",
  "attempt_started",
  "failure_job_started",
  "job_completed",
  "job_failed",
  "job_paused",
  "job_restarted",
  "job_resumed",
  "job_retried",
  "job_started",
  "job_terminated",
  "job_timed_out",
  "job_undoing",
  "late_result",
  "task_cancelled",
  "task_completed",
  "task_failed",
  "task_retried",
  "task_skipped",
  "worker_lost",
];

const everyNode = [
  "choice completed",
  "choice failed",
  "loop completed",
  "loop failed",
  "fan_out completed",
  "fan_out failed",
  "set_variable completed",
  "terminate completed",
  "wait completed",
  "wait failed",
  "wait cancelled",
  "sub_workflow completed",
  "sub_workflow failed",
  "sub_workflow cancelled",
  "external completed",
  "external failed",
  "external cancelled",
];

/** The last state, from the first one and the changes alone; writes of leases are taken as they are. */
function replay(writes: readonly Write[]): Job | undefined {
  return writes.reduce<Job | undefined>(
    (job, { before, after, change }) => (change === undefined ? after : evolve(job ?? before, change, after.version)),
    undefined,
  );
}
