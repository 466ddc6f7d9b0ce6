import { expect, test } from "vitest";
import { type Job, never } from "../../../../src/model/job/job.ts";
import type { NewJob } from "../../../../src/store/store.ts";
import { changeOf, jobIdOf, jobOfWorkflow, leasedJob, testTime } from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

function many(workflow: string, count: number, readyAt = testTime): NewJob[] {
  return Array.from({ length: count }, (_, index) => jobOfWorkflow(workflow, `${workflow} ${index}`, { readyAt }));
}

function perWorkflow(jobs: readonly Job[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { workflow } of jobs) counts[workflow.name] = (counts[workflow.name] ?? 0) + 1;
  return counts;
}

export function fairness(freshStore: FreshStore): void {
  test("a claim shares its room between the workflows that have ready jobs", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("flood", 100, testTime - 1000), ...many("other", 100)]);
    expect(perWorkflow(await claimed(store, by("w1", { limit: 20 })))).toEqual({ flood: 10, other: 10 });
  });

  test("room that one workflow leaves goes to the others", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("few", 2), ...many("flood", 100), ...many("some", 5)]);
    const jobs = await claimed(store, by("w1", { limit: 20 }));
    expect(perWorkflow(jobs)).toEqual({ few: 2, flood: 13, some: 5 });
  });

  test("claims of one job each take turns, so that no workflow starves", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("a", 30), ...many("b", 30), ...many("c", 30)]);
    const jobs: Job[] = [];
    for (let turn = 0; turn < 30; turn++) jobs.push(...(await claimed(store, by("w1", { limit: 1 }))));
    expect(perWorkflow(jobs)).toEqual({ a: 10, b: 10, c: 10 });
  });

  test("with more workflows than room, each has its turn", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const names = Array.from({ length: 12 }, (_, index) => `workflow ${index}`);
    await insertAll(
      store,
      names.flatMap((name) => many(name, 5)),
    );
    const jobs: Job[] = [];
    for (let turn = 0; turn < 3; turn++) jobs.push(...(await claimed(store, by("w1", { limit: 4 }))));
    expect(perWorkflow(jobs)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
  });

  test("workflows whose jobs are not ready yet take no room", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("later", 50, testTime + 1000), ...many("now", 50)]);
    expect(perWorkflow(await claimed(store, by("w1", { limit: 20 })))).toEqual({ now: 20 });
  });

  test("a claim gives no more of a workflow than there is room for, tells that more waits, and gives the rest to others", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("flood", 50, testTime - 1000), ...many("full", 5), ...many("other", 3)]);
    const room = new Map([
      ["flood", 4],
      ["full", 0],
    ]);
    const answer = await store.jobs.claim(by("w1", { limit: 20, room }));
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    expect(perWorkflow(answer.jobs)).toEqual({ flood: 4, other: 3 });
    expect([...(answer.left ?? [])].sort()).toEqual(["flood", "full"]);
    expect(perWorkflow(await claimed(store, by("w1", { limit: 100 })))).toEqual({ flood: 46, full: 5 });
  });

  test("a claim that has taken all there is leaves nothing, and one that has not tells of whom", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [...many("many", 30), ...many("few", 2)]);
    expect(await store.jobs.claim(by("w1", { limit: 10 }))).toMatchObject({ left: ["many"] });
    expect(await store.jobs.claim(by("w1", { limit: 30 }))).toMatchObject({ left: [] });
  });

  test("a job that is given back for later is ready then, and no sooner; a paused one is not ready at all", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("later", "w1"), leasedJob("now", "w1"), leasedJob("paused", "w1")]);
    const paused = await stored(store, jobIdOf("paused"));
    await store.jobs.commit([changeOf(paused, { status: "paused", readyAt: never })]);
    const notBefore = testTime + 1000;
    await store.jobs.release("w1", [
      { id: jobIdOf("later"), fence: 1, notBefore },
      { id: jobIdOf("paused"), fence: 1, notBefore },
      { id: jobIdOf("now"), fence: 1 },
    ]);
    expect((await claimed(store, by("w1"))).map(({ id }) => id)).toEqual([jobIdOf("now")]);
    expect(await stored(store, jobIdOf("later"))).toMatchObject({ readyAt: notBefore });
    expect((await claimed(store, by("w1", { nowMs: notBefore }))).map(({ id }) => id)).toEqual([jobIdOf("later")]);
  });
}
