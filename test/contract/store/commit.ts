import { describe, expect, test } from "vitest";
import { evolve } from "../../../src/model/job/evolve.ts";
import type { Job } from "../../../src/model/job/job.ts";
import { changeOf, completionOf, entry, jobIdOf, pendingJob, task, testTime } from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

export function commit(freshStore: FreshStore): void {
  async function heldJob(): Promise<{ readonly store: Awaited<ReturnType<FreshStore>>["store"]; readonly job: Job }> {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a", { deadlineAt: testTime + 60_000 })]);
    const [job] = await claimed(store, by("w1"));
    if (job === undefined) throw new Error("nothing was claimed");
    return { store, job };
  }

  test("after a commit the job is what the change makes of it", async () => {
    const { store, job } = await heldJob();
    const { change, expectedVersion } = changeOf(job, {
      tasks: [
        task("0", { status: "completed", result: { response: { n: 1 } } }),
        task("1"),
        task("1", { iteration: 1 }),
      ],
      readyAt: testTime + 5,
      lost: 3,
      lostRecorded: 2,
      bytes: 999,
    });
    expect(await store.jobs.commit([{ change, expectedVersion }])).toEqual([{ kind: "committed", version: 3 }]);
    expect(await stored(store, job.id)).toEqual(evolve(job, change, 3));
  });

  test("a task execution that comes again is replaced where it stands, the others stay", async () => {
    const { store, job } = await heldJob();
    const first = changeOf(job, { tasks: [task("1"), task("2")] }).change;
    await store.jobs.commit([{ change: first, expectedVersion: job.version }]);
    const between = await stored(store, job.id);
    const second = changeOf(between, { tasks: [task("3"), task("1", { status: "completed" })] }).change;
    await store.jobs.commit([{ change: second, expectedVersion: between.version }]);
    const now = await stored(store, job.id);
    expect(now).toEqual(evolve(between, second, 4));
    expect(now.tasks.map(({ path, status }) => `${path} ${status}`)).toEqual([
      "0 scheduled",
      "1 completed",
      "2 scheduled",
      "3 scheduled",
    ]);
  });

  test("the end of a job takes its lease and its timer away", async () => {
    const { store, job } = await heldJob();
    const { change, expectedVersion } = completionOf(job);
    expect(await store.jobs.commit([{ change, expectedVersion }])).toEqual([{ kind: "committed", version: 3 }]);
    const ended = await stored(store, job.id);
    expect(ended).toEqual(evolve(job, change, 3));
    expect(ended.lease).toBeUndefined();
    expect(ended.readyAt).toBeUndefined();
    expect(ended.finishedAt).toBe(testTime);
  });

  test("what a change does not name is taken from the job: error and deadline", async () => {
    const { store, job } = await heldJob();
    const failed = changeOf(job, { error: { code: "task_failed", message: "no" } }).change;
    await store.jobs.commit([{ change: failed, expectedVersion: job.version }]);
    const between = await stored(store, job.id);
    expect(between.error).toEqual({ code: "task_failed", message: "no" });
    const { error: _error, deadlineAt: _deadlineAt, ...healed } = changeOf(between).change;
    await store.jobs.commit([{ change: healed, expectedVersion: between.version }]);
    const now = await stored(store, job.id);
    expect(now.error).toBeUndefined();
    expect(now.deadlineAt).toBeUndefined();
  });

  test("a job given back with a commit is ready for others at the time that the commit says", async () => {
    const { store, job } = await heldJob();
    await registered(store, "w2");
    await store.jobs.commit([changeOf(job, { lease: "release", readyAt: testTime + 5000 })]);
    expect(await claimed(store, by("w2", { nowMs: testTime + 4999 }))).toEqual([]);
    const [again] = await claimed(store, by("w2", { nowMs: testTime + 5000 }));
    expect(again?.lease).toEqual({ worker: "w2", fence: 2 });
  });

  test("a commit on an older version changes nothing and gets the whole current job", async () => {
    const { store, job } = await heldJob();
    await store.jobs.commit([changeOf(job, { tasks: [task("1")], bytes: 50 })]);
    const [answer] = await store.jobs.commit([completionOf(job)]);
    const current = await stored(store, job.id);
    expect(answer).toEqual({ kind: "conflict", current });
    expect(current.status).toBe("running");
    expect(current.bytes).toBe(50);
    expect((await store.jobs.history(job.id))?.map(({ type }) => type)).not.toContain("job_completed");
  });

  test("a claim and a release by others make an older version of a job stale", async () => {
    const { store, job } = await heldJob();
    await store.jobs.release("w1", [{ id: job.id, fence: 1 }]);
    expect(await store.jobs.commit([changeOf(job)])).toMatchObject([{ kind: "conflict", current: { version: 3 } }]);
  });

  test("of two connections that commit on one version, one succeeds", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    const { job, history } = pendingJob("a");
    await insertAll(store, [{ job, history }]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : other).jobs.commit([changeOf(job)])),
    );
    expect(answers.flat().filter(({ kind }) => kind === "committed")).toHaveLength(1);
    expect((await stored(store, job.id)).version).toBe(2);
  });

  test("a commit on a job that is not there is told so", async () => {
    const { store } = await freshStore();
    expect(await store.jobs.commit([changeOf(pendingJob("nobody").job)])).toEqual([{ kind: "gone" }]);
  });

  test("a change that can never be stored is refused with a reason, and nothing of it is kept", async () => {
    const { store, job } = await heldJob();
    const tooLarge = "x".repeat(17 * 1024 * 1024);
    const tasks = [task("0", { status: "completed" }), task("1", { result: { response: tooLarge } })];
    const history = [entry("task_completed")];
    const [answer] = await store.jobs.commit([changeOf(job, { tasks, history, status: "failed" })]);
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(/limit/) });
    expect(await stored(store, job.id)).toEqual(job);
    const again = await store.jobs.commit([completionOf(job)]);
    expect(again).toEqual([{ kind: "committed", version: job.version + 1 }]);
  });

  test("a job without a lease can be changed too", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a");
    await insertAll(store, [{ job, history }]);
    const { change, expectedVersion } = completionOf(job, { status: "terminated" });
    expect(await store.jobs.commit([{ change, expectedVersion }])).toEqual([{ kind: "committed", version: 2 }]);
    expect(await stored(store, jobIdOf("a"))).toEqual(evolve(job, change, 2));
  });

  describe("an ended job that is begun anew", () => {
    const large = { response: "x".repeat(100_000) };

    async function endedJob(): Promise<Awaited<ReturnType<typeof heldJob>>> {
      const { store, job } = await heldJob();
      const tasks = [task("0", { status: "completed", result: large }), task("1", { status: "failed" })];
      await store.jobs.commit([completionOf(job, { tasks, status: "failed", error: { code: "x", message: "no" } })]);
      return { store, job: await stored(store, job.id) };
    }

    test.each(["kept", "replaced"] as const)("is what the change makes of it: tasks %s", async (tasks) => {
      const { store, job } = await endedJob();
      const workflow = { ...job.workflow, version: 7, digest: "e".repeat(64) };
      const {
        error: _error,
        finishedAt: _finishedAt,
        ...rest
      } = changeOf(job, {
        status: "pending",
        readyAt: testTime,
        tasks: [task("1", { readyAt: testTime })],
        renewal: { fence: 5, run: tasks === "kept" ? 1 : 2, workflow, tasks },
        history: [entry(tasks === "kept" ? "job_retried" : "job_restarted")],
      }).change;
      const answer = await store.jobs.commit([{ change: rest, expectedVersion: job.version }]);
      expect(answer).toEqual([{ kind: "committed", version: job.version + 1 }]);
      const now = await stored(store, job.id);
      expect(now).toEqual(evolve(job, rest, job.version + 1));
      expect(now.tasks.map(({ path }) => path)).toEqual(tasks === "kept" ? ["0", "1"] : ["1"]);
      const told = (await store.jobs.history(job.id))?.map(({ type }) => type);
      expect(told?.slice(-2)).toEqual(["job_completed", tasks === "kept" ? "job_retried" : "job_restarted"]);
    });

    test("is claimed with a fence of its own, listed as it is now, and not pruned", async () => {
      const { store, job } = await endedJob();
      const {
        error: _error,
        finishedAt: _finishedAt,
        ...change
      } = changeOf(job, {
        status: "pending",
        readyAt: testTime,
        renewal: { fence: 2, run: 2, workflow: job.workflow, tasks: "replaced" },
      }).change;
      await store.jobs.commit([{ change, expectedVersion: job.version }]);
      expect((await store.search.find({ limit: 9, status: ["failed"] })).jobs).toEqual([]);
      expect((await store.search.find({ limit: 9, status: ["pending"] })).jobs).toHaveLength(1);
      const old = { finishedBeforeMs: testTime + 10, idempotencyWindowMs: 0, nowMs: testTime, limit: 9 };
      expect(await store.housekeeping.prune(old)).toBe(0);
      expect(await claimed(store, by("w1"))).toMatchObject([{ run: 2, lease: { worker: "w1", fence: 3 } }]);
    });
  });
}
