import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/model/json.ts";
import { completedJob, entry, jobIdOf, leasedJob, pendingJob, task, testTime } from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

export function inserting(freshStore: FreshStore): void {
  test("a job comes back as it was inserted, through another connection too", async () => {
    const { store, connect } = await freshStore();
    const { job, history } = pendingJob("a", {
      input: { text: 'quote " and \\ and \u0000 and é 漢 😀', nested: { list: [1, 2.5, -0.001, null, true, ""] } },
      tasks: [task("10", { readyAt: 5 }), task("2", { result: { response: { a: [1] } } }), task("2", { iteration: 1 })],
      deadlineAt: 1_700_000_060_000,
      error: { code: "x", message: "y" },
      startedAt: 1_700_000_000_001,
    });
    expect(await store.jobs.insert([{ job, history }])).toEqual([{ kind: "inserted", leased: false }]);
    expect(await store.jobs.get(job.id)).toEqual(job);
    expect(await (await connect()).jobs.get(job.id)).toEqual(job);
  });

  test("an unknown id is undefined", async () => {
    const { store } = await freshStore();
    expect(await store.jobs.get(jobIdOf("nobody"))).toBeUndefined();
  });

  test("the input may have a megabyte", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("large", { input: { blob: "é".repeat(512 * 1024) } });
    await insertAll(store, [{ job, history }]);
    expect(await store.jobs.get(job.id)).toEqual(job);
  });

  test("a lease asked for is given where its worker lives", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const start = leasedJob("a", "w1");
    expect(await store.jobs.insert([start])).toEqual([{ kind: "inserted", leased: true }]);
    expect(await stored(store, start.job.id)).toEqual(start.job);
    expect(await claimed(store, by("w1"))).toEqual([]);
  });

  test("a lease asked for by a worker that is not registered is not given, and the job is ready for others", async () => {
    const { store } = await freshStore();
    await registered(store, "w2");
    const start = leasedJob("a", "w1");
    expect(await store.jobs.insert([start])).toEqual([{ kind: "inserted", leased: false }]);
    expect((await stored(store, start.job.id)).lease).toBeUndefined();
    const [job] = await claimed(store, by("w2"));
    expect(job?.lease).toEqual({ worker: "w2", fence: 2 });
  });

  test("what is no JSON is refused, and its neighbours are stored", async () => {
    const { store } = await freshStore();
    const cyclic: JsonObject = {};
    cyclic["self"] = cyclic;
    const answers = await store.jobs.insert([pendingJob("a"), pendingJob("b", { input: cyclic }), pendingJob("c")]);
    expect(answers.map(({ kind }) => kind)).toEqual(["inserted", "refused", "inserted"]);
    expect(await store.jobs.get(jobIdOf("b"))).toBeUndefined();
    expect(await store.jobs.get(jobIdOf("c"))).toBeDefined();
  });

  test("what is larger than a store takes is refused with the reason", async () => {
    const { store } = await freshStore();
    const [answer] = await store.jobs.insert([pendingJob("a", { input: { blob: "x".repeat(17 * 1024 * 1024) } })]);
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(/limit/) });
    expect(await store.jobs.get(jobIdOf("a"))).toBeUndefined();
  });

  test("a job that another program ran is stored as it ended: it is listed and removed like any, work for nobody, and there once", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const ended = completedJob("a", { workflow: { name: "greet", version: 0, digest: "" } });
    const imported = { ...ended, history: [entry("job_imported", { reason: "from elsewhere" })] };
    expect(await store.jobs.insert([imported])).toEqual([{ kind: "inserted", leased: false }]);
    expect(await store.jobs.insert([imported])).toEqual([{ kind: "exists", bodyDigest: undefined }]);
    const { id } = imported.job;
    expect(await store.jobs.get(id)).toEqual(imported.job);
    expect(await store.jobs.history(id)).toEqual(imported.history);
    expect((await store.search.find({ limit: 10, status: ["completed"] })).jobs).toMatchObject([{ id }]);
    expect(await claimed(store, by("w1"))).toEqual([]);
    expect((await store.housekeeping.health(testTime + 1)).waitingSince).toBeUndefined();
    const ask = { id, expectedVersion: 1, idempotencyWindowMs: 0, nowMs: testTime };
    expect(await store.housekeeping.remove(ask)).toBe(true);
    expect(await store.jobs.get(id)).toBeUndefined();
  });

  test("an empty insert answers nothing", async () => {
    const { store } = await freshStore();
    expect(await store.jobs.insert([])).toEqual([]);
  });
}
