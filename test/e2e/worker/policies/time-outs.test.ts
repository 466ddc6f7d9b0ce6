import { expect, test } from "vitest";
import type { JobId } from "../../../../src/model/ids.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { workerInfo } from "../../../support/jobs.ts";
import { by, claimed } from "../../../support/store/fresh-store.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { defined, httpRunner } from "../../../support/worker/defined.ts";
import { ended, expireWorker, start, startWorker } from "../../../support/worker/site.ts";
import { startService } from "../../../unit/tasks/http/local-service.ts";

test("an attempt over its time-out frees its call and is repeated as retryOn says", async () => {
  await using service = await startService((_, response) => {
    if (service.requests.length > 1) response.end("at last");
  });
  // On a busy machine other attempts may be too slow, too.
  const task = { http: { uri: service.origin }, timeout: 0.2, retries: 50, retryDelaySeconds: 0, retryOn: ["timeout"] };
  const deps = await embedded([defined(task)]);
  await startWorker(deps, httpRunner);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  const failed = ((await deps.store.jobs.history(id)) ?? []).find(({ type }) => type === "attempt_failed");
  expect(failed).toMatchObject({ error: { code: "attempt_timeout" } });
});

test("the result of a call that the task's time-out ended shows what was asked", async () => {
  await using service = await startService(() => undefined);
  const deps = await embedded([defined({ http: { uri: service.origin }, timeout: 0.2 })]);
  await startWorker(deps, httpRunner);
  const kept = { error: { code: "attempt_timeout" }, result: { request: { method: "GET" } } };
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "failed", tasks: [kept] });
});

test("a task over its time is broken off by its worker, and its job has failed", async () => {
  const clock = new TestClock();
  clock.stop();
  const deps = await embedded([defined({ totalTimeout: 0.1, retries: 5 })], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts();
  attempts.ignoreAborts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.next();
  clock.pass(100);
  expect(await ended(deps, id)).toMatchObject({
    status: "failed",
    error: { code: "task_timeout" },
    tasks: [{ status: "failed", attempt: 1 }],
  });
  await eventually("the attempt is aborted", () => attempts.aborted.length === 1);
  attempts.answer(() => success);
});

test("a retry that would come after the task's time is not waited for", async () => {
  const deps = await embedded([defined({ totalTimeout: 60, retries: 5, retryDelaySeconds: 61 })]);
  await startWorker(deps, new Attempts(() => failure()).run);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "failed", error: { code: "task_timeout" } });
});

test("the time of a task runs on while its worker is dead: the next one ends it and calls nothing", async () => {
  const deps = await embedded([defined({ totalTimeout: 0.3, retries: 5 })]);
  const id = await start(deps);
  await deps.store.workers.register(workerInfo("doomed"));
  await claimed(deps.store, by("doomed", { nowMs: deps.moment().nowMs }));
  expect(await expireWorker(deps, "doomed")).toBe(1);
  await endsWithoutACall(deps, id);
});

test("the time of a task runs on while it waits for a worker", async () => {
  const deps = await embedded([defined({ totalTimeout: 0.3, retries: 5 })]);
  await endsWithoutACall(deps, await start(deps));
});

/** A worker that comes when the task's time is over ends the job. */
async function endsWithoutACall(deps: Embedded, id: JobId): Promise<void> {
  const overAt = ((await deps.store.jobs.get(id))?.tasks[0]?.scheduledAt ?? Number.NaN) + 300;
  await eventually("the time is over", () => deps.moment().nowMs >= overAt);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "task_timeout" } });
  expect(attempts.begun).toEqual([]);
}
