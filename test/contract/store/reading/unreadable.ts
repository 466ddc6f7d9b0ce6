import { expect, test } from "vitest";
import { changeOf, completionOf, jobIdOf, leasedJob, pendingJob, task } from "../../../support/jobs.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { expectCounts } from "../../../support/store/counted.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

const large = "x".repeat(100_000);

/** Jobs of newer programs, and such as have lost a part: none of them keeps a store from anything else. */
export function unreadable(freshStore: FreshStore): void {
  test("a job of a format that only newer programs know is listed, counted and told with what is known of it", async () => {
    const { store, place } = await freshStore();
    const { mark } = await store.search.changed({ limit: 1 });
    await insertAll(
      store,
      ["newer", "known"].map((name) => pendingJob(name, { waiting: "worker" })),
    );
    await byHand(place).newer(jobIdOf("newer"));
    const ids = [jobIdOf("newer"), jobIdOf("known")].sort();
    const shown = { status: "pending", workflow: { name: "greet" }, createdAt: expect.any(Number) as number };
    for (const more of [{}, { workflow: "greet" }, { idPrefix: "" }, { ids }, { waiting: ["worker"] } as const]) {
      const { jobs } = await store.search.find({ limit: 10, ...more });
      expect(jobs.map(({ id }) => id).sort()).toEqual(ids);
      for (const job of jobs) expect(job).toMatchObject(shown);
    }
    const { jobs } = await store.search.changed({ since: mark, limit: 10 });
    expect(jobs.map(({ job }) => job.id).sort()).toEqual(ids);
    expect((await store.search.versions(ids)).size).toBe(2);
  });

  test("one in a status that only newer programs know is left out of lists and counts, and keeps none from them", async () => {
    const { store, place } = await freshStore();
    const { mark } = await store.search.changed({ limit: 1 });
    const names = ["newer", "waits", "known"];
    await insertAll(
      store,
      names.map((name) => pendingJob(name, { waiting: "worker" })),
    );
    await byHand(place).newer(jobIdOf("newer"), { status: "simmering" });
    await byHand(place).newer(jobIdOf("waits"), { waiting: "heat" });
    const { jobs } = await store.search.find({ limit: 10 });
    expect(new Map(jobs.map(({ id, waiting }) => [id, waiting]))).toEqual(
      new Map([
        [jobIdOf("waits"), undefined],
        [jobIdOf("known"), "worker"],
      ]),
    );
    const { jobs: told } = await store.search.changed({ since: mark, limit: 10 });
    expect(told.map(({ job }) => job.id).sort()).toEqual([jobIdOf("waits"), jobIdOf("known")].sort());
    await expect(store.jobs.get(jobIdOf("newer"))).rejects.toMatchObject({ code: "job_too_new" });
    await expectCounts(store, [
      ["greet", "pending", "worker", 1],
      ["greet", "pending", undefined, 1],
    ]);
  });

  test("it is refused where it alone is asked for, and given to no worker", async () => {
    const { store, place } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("newer"), leasedJob("newer held", "w1"), pendingJob("known")]);
    for (const name of ["newer", "newer held"]) await byHand(place).newer(jobIdOf(name));
    const refused = { code: "job_too_new", message: expect.stringMatching(/newer release.*upgrade/) as string };
    await expect(store.jobs.get(jobIdOf("newer"))).rejects.toMatchObject(refused);
    expect((await claimed(store, by("w1"))).map(({ id }) => id)).toEqual([jobIdOf("known")]);
    expect((await store.jobs.assigned({ worker: "w1", except: [] })).map(({ id }) => id)).toEqual([jobIdOf("known")]);
    const newer = jobIdOf("newer held");
    expect(await store.jobs.assigned({ worker: "w1", only: [newer] })).toEqual([]);
  });

  test("a commit that finds it so is answered alone, and those beside it are stored or told what is there", async () => {
    const { store, place } = await freshStore();
    const [newer, other, known] = [pendingJob("newer"), pendingJob("other"), pendingJob("known")];
    await insertAll(store, [newer, other, known]);
    await store.jobs.commit([changeOf(other.job)]);
    await byHand(place).newer(newer.job.id, { version: 2 });
    const answers = await store.jobs.commit([
      completionOf(newer.job),
      completionOf(other.job),
      completionOf(known.job),
      changeOf(pendingJob("nobody").job),
    ]);
    expect(answers).toMatchObject([
      { kind: "too_new", error: { code: "job_too_new" } },
      { kind: "conflict", current: { id: other.job.id, version: 2 } },
      { kind: "committed", version: 2 },
      { kind: "gone" },
    ]);
  });

  test("a job that has lost a long text says what it lacks, wherever it is read, and keeps no other back", async () => {
    const { store, place } = await freshStore();
    await registered(store, "w1");
    const done = task("0", { status: "completed", result: { response: { large } } });
    const names = ["input", "result", "held", "whole"] as const;
    await insertAll(store, [
      pendingJob("input", { input: { large } }),
      pendingJob("result", { tasks: [done, task("1")] }),
      leasedJob("held", "w1", { input: { large } }),
      pendingJob("whole", { input: { large } }),
    ]);
    for (const name of names) if (name !== "whole") await byHand(place).withoutLongTexts(jobIdOf(name));
    expect(await stored(store, jobIdOf("input"))).toMatchObject({
      damage: "its input",
      input: {},
      tasks: [{ path: "0" }],
    });
    const result = await stored(store, jobIdOf("result"));
    expect(result).toMatchObject({ damage: expect.stringContaining("task") as string, tasks: [{ path: "1" }] });
    expect(await stored(store, jobIdOf("whole"))).not.toHaveProperty("damage");
    expect(await store.jobs.assigned({ worker: "w1", except: [] })).toMatchObject([{ damage: "its input" }]);
    const taken = await claimed(store, by("w1"));
    expect(new Map(taken.map(({ id, damage }) => [id, damage !== undefined]))).toEqual(
      new Map([
        [jobIdOf("input"), true],
        [jobIdOf("result"), true],
        [jobIdOf("whole"), false],
      ]),
    );
    const answers = await store.jobs.commit(
      names.map((name) => changeOf(pendingJob(name).job, { jobId: jobIdOf(name) })),
    );
    expect(answers.map((answer) => answer.kind)).toEqual(["conflict", "conflict", "committed", "conflict"]);
    expect(answers[0]).toMatchObject({ current: { damage: "its input" } });
  });

  test("what a job lacks is not stored with what is changed of it, and it can be removed", async () => {
    const { store, place } = await freshStore();
    const { job } = pendingJob("a", { input: { large } });
    await insertAll(store, [{ job, history: [] }]);
    await byHand(place).withoutLongTexts(job.id);
    const lacking = await stored(store, job.id);
    await store.jobs.commit([{ ...completionOf(lacking), was: lacking }]);
    expect(await stored(store, job.id)).toMatchObject({ status: "completed", damage: "its input" });
    const nowMs = Date.now();
    const ask = { id: job.id, expectedVersion: 2, idempotencyWindowMs: 0, nowMs };
    expect(await store.housekeeping.remove(ask)).toBe(true);
    expect(await store.jobs.get(job.id)).toBeUndefined();
  });
}
