import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { endOverdueJobs } from "../../../../src/maintenance/timers.ts";
import type { JsonObject } from "../../../../src/model/json.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { parallel, sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { defined, httpRunner } from "../../../support/worker/defined.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { ended, expireWorker, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";
import { startService } from "../../../unit/tasks/http/local-service.ts";

const refused = { kind: "failed", error: { code: "x", message: "no" }, retryable: false } as const;
const model = workflow(sequence(undoable("0"), parallel([undoable("1"), task("2")]), task("3")));

function pathsOf(attempts: Attempts): string[] {
  return attempts.begun.map(({ execution }) => execution.path);
}

test("a job that fails undoes what is done, the last first, and has failed only then", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts(({ execution }) => {
    if (execution.path === "3") return refused;
    return execution.path.startsWith("undo:") ? undefined : success;
  });
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const last = await attempts.next();
  expect(last.execution.path).toBe("undo:1");
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "running", ending: "failed", error: { code: "x" } });
  last.settle(success);
  const first = await attempts.next();
  expect(first.execution.path).toBe("undo:0");
  first.settle(success);
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "failed", error: { code: "x" }, ending: "none" });
  expect(Object.fromEntries(job.tasks.map(({ path, status }) => [path, status]))).toEqual({
    "0": "undone",
    "1": "undone",
    "2": "completed",
    "3": "failed",
    "undo:1": "completed",
    "undo:0": "completed",
  });
  expect((await historyTypes(deps, id)).slice(-5)).toEqual([
    "task_failed",
    "job_undoing",
    "task_completed",
    "task_completed",
    "job_failed",
  ]);
});

test("a cancel aborts what runs and undoes what is done, in the worker that has the job", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts(({ execution }) => (execution.path === "2" ? undefined : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await until(deps, id, ({ tasks }) => tasks.some(({ path, status }) => path === "1" && status === "completed"));
  const running = await attempts.next();
  expect(await cancelJob(deps, id, { by: "ada" })).toMatchObject({ status: "running", ending: "terminated" });
  await eventually("the attempt is aborted", () => running.signal.aborted);
  expect(await ended(deps, id)).toMatchObject({ status: "terminated", fence: 1 });
  expect(pathsOf(attempts).slice(-2)).toEqual(["undo:1", "undo:0"]);
});

test("a job that nobody holds is undone by whoever comes, also when its time is over", async () => {
  const clock = new TestClock();
  const retry = { kind: "fixed", retries: 1, delayMs: 3_600_000 } as const;
  const slow = workflow(sequence(undoable("0"), task("1", { retry })), { timeoutMs: 60_000 });
  const deps = await embedded([slow], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ execution }) => (execution.path === "1" ? failure() : success));
  await startWorker(deps, attempts.run);
  const [cancelled, late] = [await start(deps), await start(deps)];
  for (const id of [cancelled, late])
    await until(deps, id, ({ lease, tasks }) => lease === undefined && tasks[1]?.attempt === 2);
  await cancelJob(deps, cancelled, { by: "ada" });
  expect(await ended(deps, cancelled)).toMatchObject({ status: "terminated", tasks: [{ status: "undone" }, {}, {}] });
  clock.pass(60_000);
  expect(await endOverdueJobs(deps, new MemoryLog())).toBe(1);
  expect(await ended(deps, late)).toMatchObject({ status: "timed_out", tasks: [{ status: "undone" }, {}, {}] });
});

test("an undo goes on in another worker when its own is lost, and what was undone is not undone again", async () => {
  const deps = await embedded([workflow(sequence(undoable("0"), undoable("1"), task("2")))]);
  const attempts = new Attempts(({ execution }) => {
    if (execution.path === "2") return refused;
    return execution.path === "undo:0" ? undefined : success;
  });
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.next();
  const { lease } = (await deps.store.jobs.get(id)) ?? {};
  await expireWorker(deps, lease?.worker ?? "");
  const other = new Attempts(() => success);
  await startWorker(deps, other.run);
  attempts.answer(() => success); // of no use any more; and the first worker, which begins anew, may take the job again
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "x" } });
  const begun = [...pathsOf(attempts), ...pathsOf(other)];
  expect(begun.filter((path) => path === "undo:1")).toHaveLength(1);
  expect(begun.filter((path) => path === "undo:0").length).toBeGreaterThan(1);
});

test("a retry after the undos does everything once more from the first that was undone", async () => {
  const deps = await embedded([model]);
  let down = true;
  const attempts = new Attempts(({ execution }) => (execution.path === "3" && down ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  down = false;
  attempts.begun.length = 0;
  await retryJob(deps, id, { by: "ada" });
  await until(deps, id, ({ status }) => status === "completed");
  expect(pathsOf(attempts).toSorted()).toEqual(["0", "1", "2", "3"]);
});

test("a definition says how its tasks are undone: real calls, with what the task brought and a key of their own", async () => {
  const calls: { readonly line: string; readonly key: unknown }[] = [];
  let refusals = 1;
  await using service = await startService((request, response) => {
    const line = `${request.method} ${request.url}`;
    calls.push({ line, key: request.headers["idempotency-key"] });
    if (request.method === "POST" && request.url === "/charge") response.statusCode = 402;
    else if (request.method === "DELETE" && refusals-- > 0) response.statusCode = 503;
    response.end(request.method === "POST" ? JSON.stringify({ id: "r7" }) : "");
  });
  const call = (uri: string, method: string): JsonObject => ({ uri: `${service.origin}${uri}`, method });
  const undo = {
    type: "http",
    retries: 1,
    retryDelaySeconds: 0.01,
    http: call("/reservations/${reserve.json.id}", "DELETE"),
  };
  const deps = await embedded([
    defined(
      { name: "reserve", http: call("/reservations", "POST"), undo },
      { name: "charge", http: call("/charge", "POST") },
    ),
  ]);
  await startWorker(deps, httpRunner);
  const id = await start(deps);
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "failed", error: { code: "http_status" } });
  expect(calls.map(({ line }) => line)).toEqual([
    "POST /reservations",
    "POST /charge",
    "DELETE /reservations/r7",
    "DELETE /reservations/r7",
  ]);
  const [reserve, , first, second] = calls.map(({ key }) => key);
  expect(first).toBe(second);
  expect(first).not.toBe(reserve);
  expect(job.tasks.at(-1)).toMatchObject({ name: "undo reserve", status: "completed", attempt: 2 });
});
