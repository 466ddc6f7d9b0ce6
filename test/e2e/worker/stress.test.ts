import { expect, test } from "vitest";
import { cancelJob } from "../../../src/jobs/actions/cancel.ts";
import { pauseJob } from "../../../src/jobs/actions/pause.ts";
import { restartJob } from "../../../src/jobs/actions/restart.ts";
import { resumeJob } from "../../../src/jobs/actions/resume.ts";
import { retryJob } from "../../../src/jobs/actions/retry.ts";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../support/worker/attempts.ts";
import { allEnded, expireWorker, start, startWorker, workerIds } from "../../support/worker/site.ts";

const concurrency = 8;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const actions = [cancelJob, pauseJob, resumeJob, retryJob, restartJob];

/** What was picked by chance may not be allowed in the state that the job has. */
function notAllowed(error: unknown): void {
  expect(error).toMatchObject({ code: "not_allowed_in_state" });
}

test("after cancels, pauses, restarts, losses, retries and hints without end every job is over and every slot is free", async () => {
  const seed = Number(process.env["STRESS_SEED"] ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  const retry = { kind: "exponential", retries: 20, delayMs: 20, factor: 2, maxMs: 60 } as const;
  const model = workflow(sequence(task("0", { retry }), task("1", { retry, whenLost: "fail" }), task("2", { retry })), {
    timeoutMs: 20_000,
  });
  const deps = await embedded([model], { limits: { maxLost: 1000 } });
  const outcome = (): Outcome | undefined => {
    const dice = chance();
    if (dice < 0.4) return success;
    if (dice < 0.6) return failure();
    return dice < 0.62 ? { kind: "skipped", reason: "no need" } : undefined;
  };
  const attempts = new Attempts(outcome);
  const { worker } = await startWorker(deps, attempts.run, { concurrency, heartbeatMs: 100, pollMs: 20 });
  const local = { ...deps, placement: worker };
  const ids: string[] = [];
  for (let round = 0; round < 60; round += 1) {
    const starts = Array.from({ length: 3 }, () => start(chance() < 0.5 ? local : deps));
    for (const hint of ["ready", "changed", "ready"] as const) deps.notifier.publish({ kind: hint });
    ids.push(...(await Promise.all(starts)));
    for (const open of attempts.open) if (chance() < 0.4) open.settle(chance() < 0.7 ? success : failure());
    const victim = ids[Math.floor(chance() * ids.length)];
    const act = actions[Math.floor(chance() * actions.length * 2)];
    if (victim !== undefined && act !== undefined) {
      await act(deps, victim, { by: "ada" }).catch(notAllowed);
      for (let time = 0; time < 3; time += 1) deps.notifier.publish({ kind: "revoked", jobId: victim });
    }
    const [living] = await workerIds(deps);
    if (living !== undefined && chance() < 0.1) await expireWorker(deps, living);
  }
  for (const id of ids) await resumeJob(deps, id, { by: "ada" }).catch(notAllowed);
  attempts.answer(() => success);
  const jobs = await allEnded(deps, ids);
  expect(
    jobs.filter(({ lease }) => lease !== undefined),
    `seed ${seed}`,
  ).toEqual([]);
  expect(jobs.filter(({ status }) => status === "completed").length, `seed ${seed}`).toBeGreaterThan(20);

  attempts.answer(() => undefined);
  for (let slot = 0; slot < 2 * concurrency; slot += 1) await start(slot % 2 === 0 ? local : deps);
  await eventually(`seed ${seed}: all slots are used again`, () => attempts.open.length === concurrency);
  for (let round = 0; round < 3 * 2 * concurrency; round += 1) {
    expect(attempts.open.length, `seed ${seed}`).toBeLessThanOrEqual(concurrency);
    for (const open of attempts.open) open.settle(success);
    await Promise.resolve();
  }
});
