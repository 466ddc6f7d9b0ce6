import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

test("branches run side by side, and what follows runs when all of them are done", async () => {
  const deps = await embedded([workflow(sequence(parallel([task("0"), task("1"), task("2")]), task("3")))]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.whenOpen(3);
  expect(attempts.open.map(({ execution }) => execution.path).sort()).toEqual(["0", "1", "2"]);
  attempts.answer(() => success);
  const job = await ended(deps, id);
  expect(job.status).toBe("completed");
  expect(job.tasks.map(({ path, status }) => [path, status])).toEqual(
    ["0", "1", "2", "3"].map((path) => [path, "completed"]),
  );
});

test("the first of any aborts the others, and their slots are free", async () => {
  const deps = await embedded([workflow(sequence(parallel([task("0"), task("1")], { join: 1 }), task("2")))]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 2 });
  const id = await start(deps);
  await attempts.whenOpen(2);
  const [slow, fast] = attempts.open;
  fast?.settle(success);
  await eventually("the other is aborted", () => slow?.signal.aborted === true);
  const job = await until(deps, id, ({ tasks }) => tasks.length === 3);
  expect(job.tasks.find(({ path }) => path === slow?.execution.path)).toMatchObject({ status: "cancelled" });
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("a thousand branches in one worker end with a few dozen commits", async () => {
  const branches = Array.from({ length: 1000 }, (_, index) => task(String(index)));
  const deps = await embedded([workflow(parallel(branches))]);
  await startWorker(deps, async () => {
    await delay(10);
    return success;
  });
  const job = await ended(deps, await start(deps)); // a second or two where the machine has nothing else to do
  expect(job.status).toBe("completed");
  expect(job.tasks).toHaveLength(1000);
  expect(job.version).toBeLessThanOrEqual(60);
});
