import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { deleteJob } from "../../../../src/jobs/actions/delete.ts";
import type { JobId } from "../../../../src/model/ids.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, subWorkflow, task, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

const large = "x".repeat(100_000);
const child = workflow(task("0"), { name: "child" });
const parent = workflow(sequence(subWorkflow("s", "child"), task("t")), { name: "parent" });

interface Family {
  readonly deps: Embedded;
  readonly parentId: JobId;
  readonly childId: JobId;
}

/** A parent that waits for its child, which no worker has. */
async function family(): Promise<Family> {
  const deps = await embedded([parent, child]);
  const parentId = await start(deps, "parent", { large });
  const childId = await eventually("the child is there", async () => {
    const called = (await stored(deps.store, parentId)).tasks.find(({ path }) => path === "s")?.child;
    return called !== undefined && (await deps.store.jobs.get(called.id))?.id;
  });
  await until(deps, parentId, ({ effects }) => effects === undefined);
  return { deps, parentId, childId };
}

const damages: [string, (site: Family) => Promise<void>, string][] = [
  ["definition is gone", ({ deps }) => byHand(deps.place).withoutDefinition("parent"), "lacks workflow parent"],
  [
    "input is gone",
    ({ deps, parentId }) => byHand(deps.place).withoutLongTexts(parentId),
    "lacks a part of job .*its input",
  ],
];

test.each(damages)(
  "a parent whose %s fails when its child ends, instead of waiting for ever",
  async (_what, damage, why) => {
    const site = await family();
    await damage(site);
    const deps = await embedded([child], { place: site.deps.place });
    await startWorker(deps, new Attempts(() => success).run);
    expect(await ended(deps, site.childId)).toMatchObject({ status: "completed" });
    expect(await ended(deps, site.parentId)).toMatchObject({
      status: "failed",
      error: { message: expect.stringMatching(why) as string },
    });
    await until(deps, site.childId, ({ effects }) => effects === undefined);
  },
);

test.each(damages)("a parent whose %s takes its child along when it is cancelled", async (_what, damage) => {
  const site = await family();
  await damage(site);
  const deps = await embedded([child], { place: site.deps.place });
  await cancelJob(deps, site.parentId, { by: "ada" });
  expect(await ended(deps, site.childId)).toMatchObject({ status: "terminated" });
  await until(deps, site.parentId, ({ effects }) => effects === undefined);
});

test("a child whose result is gone has not succeeded for its parent", async () => {
  const { deps, parentId, childId } = await family();
  const deaf = await embedded([parent, child], { place: deps.place, delivers: false });
  await startWorker(deaf, new Attempts(() => ({ kind: "succeeded", result: { response: { large } } })).run);
  expect(await ended(deaf, childId)).toMatchObject({ status: "completed" });
  await byHand(deps.place).withoutLongTexts(childId);
  await deps.delivery?.catchUp(childId);
  expect(await ended(deps, parentId)).toMatchObject({
    status: "failed",
    error: { code: "child_failed", message: expect.stringContaining("has lost a part of it") as string },
  });
});

test("a child whose definition is gone can be cancelled, its parent hears of it, and it owes nothing any more", async () => {
  const site = await family();
  await byHand(site.deps.place).withoutDefinition("child");
  const deps = await embedded([parent], { place: site.deps.place });
  await cancelJob(deps, site.childId, { by: "ada" });
  expect(await ended(deps, site.parentId)).toMatchObject({ status: "failed", error: { code: "child_failed" } });
  await until(deps, site.childId, ({ effects }) => effects === undefined);
});

test("a job that has lost what it owes can be cancelled and deleted, and its parent hears of its end", async () => {
  const caller = workflow(
    sequence(task("0"), subWorkflow("s", "child", { input: { large: valueOf("input", "large") } })),
    { name: "caller" },
  );
  const above = workflow(subWorkflow("s", "caller", { input: { large: valueOf("input", "large") } }), {
    name: "above",
  });
  const deps = await embedded([above, caller, child]);
  const aboveId = await start(deps, "above", { large });
  await until(deps, aboveId, ({ effects }) => effects === undefined);
  const callerId = (await stored(deps.store, aboveId)).tasks[0]?.child?.id ?? "";
  const deaf = await embedded([above, caller, child], { place: deps.place, delivers: false });
  const { worker } = await startWorker(deaf, new Attempts(() => success).run);
  await until(deps, callerId, ({ effects }) => effects !== undefined);
  await worker.stop();
  await cancelJob(deaf, callerId, { by: "ada" });
  await byHand(deps.place).withoutLongTexts(callerId);
  await deps.delivery?.catchUp(callerId);
  expect(await ended(deps, aboveId)).toMatchObject({ status: "failed", error: { code: "child_failed" } });
  await deleteJob(deps, callerId, 0);
  expect(await deps.store.jobs.get(callerId)).toBeUndefined();
});

test("a job that has lost what it owes fails with the reason, instead of waiting for ever for a child that was never called", async () => {
  const caller = workflow(subWorkflow("s", "child", { input: { large: valueOf("input", "large") } }), {
    name: "caller",
  });
  const deaf = await embedded([caller, child], { delivers: false });
  const id = await start(deaf, "caller", { large });
  await byHand(deaf.place).withoutLongTexts(id);
  const deps = await embedded([caller, child], { place: deaf.place });
  await deps.delivery?.catchUp(id);
  expect(await stored(deps.store, id)).toMatchObject({
    status: "failed",
    error: { message: expect.stringContaining("could not be continued: The store lacks a part") as string },
  });
  await deps.delivery?.catchUp(id);
  await deleteJob(deps, id, 0);
});
