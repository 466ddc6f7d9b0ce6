import { expect, test } from "vitest";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { applyEvent } from "../../../../src/jobs/apply.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { AttemptRunner } from "../../../../src/worker/attempt-runner.ts";
import { type LeftProcesses, leftProcesses } from "../../../support/commands/left-processes.ts";
import { runningOf } from "../../../support/commands/written-pids.ts";
import { embedded } from "../../../support/embedded.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

const error = { code: "not_ended", message: "may run on this machine still" };
const notEnded: Outcome = { kind: "failed", error, retryable: false, processesMayLive: true };

const one = workflow(sequence(task("0")));

/** The first attempt of task 0 starts these processes and cannot end them; `seen`: what of them ran as later ones began. */
function leaving({ group, pids }: LeftProcesses, others: AttemptRunner, first = () => Promise.resolve(notEnded)) {
  const seen: number[] = [];
  let begun = false;
  const run: AttemptRunner = async (ask) => {
    if (ask.execution.path !== "0") return others(ask);
    if (!(await ask.enter(undefined, undefined))) return { kind: "interrupted" };
    if (begun) {
      seen.push(runningOf(pids).length);
      return success;
    }
    begun = true;
    await ask.began(group);
    return first();
  };
  return { run, seen };
}

test("a command that could not be ended is not run again beside itself", async () => {
  const processes = await leftProcesses();
  const deps = await embedded([one]);
  const { run, seen } = leaving(processes, new Attempts().run);
  await startWorker(deps, run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ error: { code: "not_ended" }, tasks: [{ status: "failed" }] });
  expect(runningOf(processes.pids)).toHaveLength(2);
  await retryJob(deps, id, { by: "ada" });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(seen).toEqual([0]);
});

test("nor is it in the worker that holds the job still, where other branches run on", async () => {
  const processes = await leftProcesses();
  const branches = parallel([task("0"), task("1")], { onFailure: "wait" });
  const deps = await embedded([workflow(sequence(branches))]);
  const others = new Attempts();
  const { run, seen } = leaving(processes, others.run);
  await startWorker(deps, run);
  const id = await start(deps);
  await until(deps, id, ({ tasks }) => tasks.some(({ status }) => status === "failed"));
  const other = await others.next();
  await retryJob(deps, id, { by: "ada", task: "0" });
  await until(deps, id, ({ tasks }) => tasks.some(({ status }) => status === "completed"));
  expect(seen).toEqual([0]);
  expect(other.signal.aborted).toBe(false);
  other.settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test("a cancelled job keeps what could not be ended", async () => {
  const processes = await leftProcesses();
  const deps = await embedded([one]);
  const attempt = Promise.withResolvers<Outcome>();
  const { run } = leaving(processes, new Attempts().run, () => attempt.promise);
  const { worker } = await startWorker(deps, run);
  const id = await start(deps);
  await until(deps, id, ({ tasks }) => tasks[0]?.status === "started");
  await applyEvent(deps, id, { kind: "cancel", by: "ada" });
  attempt.resolve(notEnded);
  await worker.stop();
  expect(await stored(deps.store, id)).toMatchObject({
    status: "terminated",
    tasks: [{ processGroups: [processes.group] }],
  });
});
