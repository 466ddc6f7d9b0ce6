import { expect, test } from "vitest";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { embedded } from "../../../support/embedded.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { defined, httpRunner } from "../../../support/worker/defined.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";
import { startService } from "../../../unit/tasks/http/local-service.ts";

const by = { by: "ada" };
const refused = { kind: "failed", error: { code: "x", message: "no" }, retryable: false } as const;
const model = workflow(
  sequence(parallel([sequence(task("0"), task("1")), task("2")], { onFailure: "wait" }), task("3")),
);

test("a failed branch is retried while the other one runs on, undisturbed, in the same worker", async () => {
  const deps = await embedded([model]);
  let down = true;
  const attempts = new Attempts(({ execution }) => {
    if (execution.path === "2") return undefined;
    return execution.path === "0" && down ? refused : success;
  });
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await until(deps, id, ({ tasks }) => tasks.some(({ status }) => status === "failed"));
  const other = await attempts.next();
  down = false;
  expect(await retryJob(deps, id, { ...by, task: "0" })).toMatchObject({ status: "running" });
  await until(deps, id, ({ tasks }) => tasks.some(({ path, status }) => path === "1" && status === "completed"));
  expect(other.signal.aborted).toBe(false);
  other.settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1, run: 1 });
  expect(attempts.begun.map(({ execution: { path, attempt } }) => `${path} ${attempt}`)).toEqual([
    "0 1",
    "2 1",
    "0 2",
    "1 1",
    "3 1",
  ]);
});

test("a worker that got no hint learns of it with its next heartbeat", async () => {
  const deps = await embedded([model]);
  const elsewhere = await embedded([model], { place: deps.place });
  let down = true;
  const attempts = new Attempts(({ execution }) => {
    if (execution.path === "2") return undefined;
    return execution.path === "0" && down ? refused : success;
  });
  await startWorker(deps, attempts.run, { heartbeatMs: 50 });
  const id = await start(deps);
  await until(deps, id, ({ tasks }) => tasks.some(({ status }) => status === "failed"));
  down = false;
  await retryJob(elsewhere, id, { ...by, task: "0" });
  await until(deps, id, ({ tasks }) => tasks.some(({ path, status }) => path === "1" && status === "completed"));
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("of an ended job one branch runs again, and nothing else does", async () => {
  const deps = await embedded([model]);
  let down = true;
  const attempts = new Attempts(({ execution }) => (execution.path === "0" && down ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  down = false;
  await retryJob(deps, id, { ...by, task: "task 0" });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.map(({ execution }) => execution.path).sort()).toEqual(["0", "0", "1", "2", "3"]);
});

test("a service that remembers a failed key takes the new one that a retry brings", async () => {
  const remembered = new Set<unknown>();
  await using service = await startService((request, response) => {
    const key = request.headers["idempotency-key"];
    response.statusCode = remembered.has(key) || remembered.size === 0 ? 409 : 200;
    remembered.add(key);
    response.end();
  });
  const deps = await embedded([defined({ http: { uri: `${service.origin}/device` } })]);
  await startWorker(deps, httpRunner);
  const id = await start(deps);
  await ended(deps, id);
  await retryJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  await retryJob(deps, id, { ...by, newKey: true });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(remembered.size).toBe(2);
});
