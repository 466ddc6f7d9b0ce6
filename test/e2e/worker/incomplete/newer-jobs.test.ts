import { expect, test } from "vitest";
import { startOwed } from "../../../../src/jobs/effects/start-owed.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";

test("a job that a newer program went on with meanwhile is left to newer workers, and the worker goes on", async () => {
  const deps = await embedded([workflow(sequence(task("0"), task("1")))]);
  const id = await start(deps);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { concurrency: 1 });
  const attempt = await attempts.next();
  const { version } = await stored(deps.store, id);
  await byHand(deps.place).newer(id, { version: version + 1 });
  attempt.settle(success);
  await eventually("it is given back", async () => {
    const { jobs } = await deps.store.search.find({ idPrefix: id, limit: 1 });
    return jobs[0]?.id === id && jobs[0].lease === undefined;
  });
  attempts.answer(() => success);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
  expect(attempts.begun).toHaveLength(3);
  await worker.stop();
});

test("a child that a newer program went on with before it was known to be started does not fail its parent", async () => {
  const parent = workflow(subWorkflow("s", "child"), { name: "parent" });
  const workflows = [parent, workflow(task("0"), { name: "child" })];
  const before = await embedded(workflows, { delivers: false });
  const id = await start(before, "parent", {});
  const deps = await embedded(workflows, { place: before.place });
  const [effect] = (await stored(deps.store, id)).effects ?? [];
  if (effect?.kind !== "start_job") throw new Error("It owes no start");
  await startOwed(deps, effect); // by a process that died before it could say so
  await byHand(deps.place).newer(effect.job);
  await deps.delivery?.catchUp(id);
  expect(await stored(deps.store, id)).toMatchObject({ status: "running", effects: [{ kind: "start_job" }] });
});
