import { expect, test } from "vitest";
import { cancelJob } from "../../../src/jobs/actions/cancel.ts";
import { pauseJob } from "../../../src/jobs/actions/pause.ts";
import type { Ask } from "../../../src/jobs/actions/requested.ts";
import { restartJob } from "../../../src/jobs/actions/restart.ts";
import { resumeJob } from "../../../src/jobs/actions/resume.ts";
import { retryJob } from "../../../src/jobs/actions/retry.ts";
import { startJob } from "../../../src/jobs/start.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { workerInfo } from "../../support/jobs.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";

const model = workflow(sequence(task("0")));
const by: Ask = { by: "ada" };

async function startedJob(): Promise<{ readonly deps: Embedded; readonly id: string; readonly hints: Hint[] }> {
  const deps = await embedded([model]);
  const { id } = await startJob(deps, { workflow: "sample", input: {} });
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  return { deps, id, hints };
}

test("the worker that holds a job is told of a pause and of a resume", async () => {
  const { deps, id, hints } = await startedJob();
  await deps.store.workers.register(workerInfo("w1"));
  await deps.store.jobs.claim({ worker: "w1", limit: 1, nowMs: deps.moment().nowMs, of: "healthy" });
  await pauseJob(deps, id, by);
  await resumeJob(deps, id, by);
  expect(hints).toEqual([
    { kind: "revoked", jobId: id },
    { kind: "revoked", jobId: id },
  ]);
});

test("all workers are told of a job without a worker that may go on, and none of one that may not", async () => {
  const { deps, id, hints } = await startedJob();
  await pauseJob(deps, id, by);
  expect(hints).toEqual([]);
  await resumeJob(deps, id, by);
  expect(hints.splice(0)).toEqual([{ kind: "ready" }]);
  for (const anew of [retryJob, restartJob]) {
    await cancelJob(deps, id, by);
    hints.length = 0;
    await anew(deps, id, by);
    expect(hints).toEqual([{ kind: "ready" }]);
  }
});
