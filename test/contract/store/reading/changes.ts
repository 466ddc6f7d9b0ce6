import { expect, test } from "vitest";
import type { ChangedJob, ChangeMark } from "../../../../src/store/search.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, completionOf, jobIdOf, pendingJob } from "../../../support/jobs.ts";
import { type FreshStore, insertAll } from "../../../support/store/fresh-store.ts";

/** All that changed since a mark, asked for a few at a time, and the mark of then. */
async function allSince(
  store: Store,
  since: ChangeMark,
  limit = 3,
): Promise<{ readonly jobs: ChangedJob[]; readonly mark: ChangeMark }> {
  const jobs: ChangedJob[] = [];
  let mark = since;
  for (let ask = 0; ask < 1000; ask++) {
    const answer = await store.search.changed({ since: mark, limit });
    expect(answer.jobs.length).toBeLessThanOrEqual(limit);
    jobs.push(...answer.jobs);
    mark = answer.mark;
    if (answer.jobs.length === 0) return { jobs, mark };
  }
  throw new Error("The changes do not end");
}

/** The version of each job that was told last. Throws where an older one came after a newer one. */
function versionsOf(jobs: readonly ChangedJob[]): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const { job } of jobs) {
    expect(job.version).toBeGreaterThanOrEqual(seen[job.id] ?? 0);
    seen[job.id] = job.version;
  }
  return seen;
}

async function markOf(store: Store): Promise<ChangeMark> {
  const { jobs, mark } = await store.search.changed({ limit: 10 });
  expect(jobs).toEqual([]);
  return mark;
}

export function changes(freshStore: FreshStore): void {
  test("each of several who go on from one mark at once is told everything", async () => {
    const { store } = await freshStore();
    const mark = await markOf(store);
    const jobs = Array.from({ length: 20 }, (_, index) => pendingJob(`job ${index}`));
    await insertAll(store, jobs);
    const ids = jobs.map(({ job }) => job.id).sort();
    const told = await Promise.all(Array.from({ length: 5 }, () => allSince(store, mark)));
    for (const one of told) expect([...new Set(one.jobs.map(({ job }) => job.id))].sort()).toEqual(ids);
  });

  test("what was stored and committed since a mark is told as it is now, to any process", async () => {
    const { store, connect } = await freshStore();
    await insertAll(store, [pendingJob("before")]);
    const second = await connect();
    const start = await markOf(second);
    const [a, b] = [pendingJob("a", { labels: ["target:x", "error:e"] }), pendingJob("b")];
    await insertAll(store, [a, b]);
    const first = await allSince(second, start);
    expect(versionsOf(first.jobs)).toMatchObject({ [a.job.id]: 1, [b.job.id]: 1 });
    expect(first.jobs.find(({ job }) => job.id === a.job.id)?.labels).toEqual(["target:x", "error:e"]);
    expect(first.jobs.find(({ job }) => job.id === b.job.id)?.labels).toEqual([]);

    await store.jobs.commit([changeOf(a.job), completionOf({ ...a.job, version: 7 })]);
    await store.jobs.commit([completionOf(b.job, { labels: ["error:f"] })]);
    const rest = await allSince(second, first.mark);
    expect(versionsOf(rest.jobs)).toMatchObject({ [a.job.id]: 2, [b.job.id]: 2 });
    expect(rest.jobs.findLast(({ job }) => job.id === b.job.id)).toMatchObject({
      job: { status: "completed" },
      labels: ["error:f"],
    });
    expect(versionsOf((await allSince(second, start)).jobs)).toMatchObject({ [a.job.id]: 2, [b.job.id]: 2 });
  });

  test("the mark of each job leads to those behind it", async () => {
    const { store } = await freshStore();
    const start = await markOf(store);
    const starts = Array.from({ length: 12 }, (_, index) => pendingJob(`job ${index}`));
    await insertAll(store, starts.slice(0, 5));
    await insertAll(store, starts.slice(5));
    const { jobs } = await store.search.changed({ since: start, limit: 1000 });
    expect(Object.keys(versionsOf(jobs)).sort()).toEqual(starts.map(({ job }) => job.id).sort());
    for (const [index, { mark }] of jobs.entries()) {
      const behind = await store.search.changed({ since: mark, limit: 1000 });
      const ids = behind.jobs.map(({ job }) => job.id);
      for (const { job } of jobs.slice(index + 1)) expect(ids).toContain(job.id);
    }
  });

  test("a mark that no store of this kind gave is refused", async () => {
    const { store } = await freshStore();
    const asked = store.search.changed({ since: "not a mark", limit: 1 });
    await expect(asked).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("where there may be more it says so, however few come", async () => {
    const { store } = await freshStore();
    let mark = await markOf(store);
    const starts = Array.from({ length: 7 }, (_, index) => pendingJob(`job ${index}`));
    await insertAll(store, starts);
    await store.jobs.commit(starts.slice(0, 4).map(({ job }) => changeOf(job)));
    const told = new Set<string>();
    for (let more: true | undefined = true; more !== undefined; ) {
      const answer = await store.search.changed({ since: mark, limit: 2 });
      for (const { job } of answer.jobs) told.add(job.id);
      ({ mark, more } = answer);
    }
    expect(told).toEqual(new Set(starts.map(({ job }) => job.id)));
  });

  test("nothing that was acknowledged is missed while several processes write", async () => {
    const { store, connect } = await freshStore();
    const writers = [store, await connect()];
    const reader = await connect();
    const start = await markOf(reader);
    let writing = true;
    const written = Promise.all(
      writers.map(async (writer, at) => {
        for (let round = 0; round < 15; round++) {
          const jobs = Array.from({ length: 6 }, (_, index) => pendingJob(`${at} ${round} ${index}`));
          await insertAll(writer, jobs);
          await writer.jobs.commit(jobs.map(({ job }) => completionOf(job)));
        }
      }),
    ).finally(() => {
      writing = false;
    });
    const seen: ChangedJob[] = [];
    let mark = start;
    while (writing) {
      const some = await allSince(reader, mark, 50);
      seen.push(...some.jobs);
      mark = some.mark;
    }
    await written;
    seen.push(...(await allSince(reader, mark, 50)).jobs);
    const versions = versionsOf(seen);
    expect(Object.keys(versions)).toHaveLength(180);
    expect(new Set(Object.values(versions))).toEqual(new Set([2]));
  });

  test("several who go on from one mark at once are each told all that changed", async () => {
    const { store, connect } = await freshStore();
    const reader = await connect();
    const start = await markOf(reader);
    let writing = true;
    const written = (async () => {
      for (let round = 0; round < 15; round++)
        await insertAll(
          store,
          Array.from({ length: 3 }, (_, index) => pendingJob(`${round} ${index}`)),
        );
    })().finally(() => {
      writing = false;
    });
    const follow = async (): Promise<number> => {
      const seen = new Set<string>();
      let mark = start;
      for (let isLast = false; ; isLast = !writing) {
        const some = await allSince(reader, mark, 5);
        for (const { job } of some.jobs) seen.add(job.id);
        mark = some.mark;
        if (isLast) return seen.size;
      }
    };
    const told = await Promise.all(Array.from({ length: 4 }, follow));
    await written;
    expect(told).toEqual(Array.from({ length: 4 }, () => 45));
  });

  test("the versions of many jobs are told at once, of those that exist", async () => {
    const { store } = await freshStore();
    const [a, b] = [pendingJob("a"), pendingJob("b")];
    await insertAll(store, [a, b]);
    await store.jobs.commit([changeOf(a.job)]);
    const ids = [jobIdOf("nobody"), a.job.id, b.job.id];
    expect(await store.search.versions(ids)).toEqual(
      new Map([
        [a.job.id, 2],
        [b.job.id, 1],
      ]),
    );
    expect(await store.search.versions([])).toEqual(new Map());
    const many = Array.from({ length: 999 }, (_, index) => jobIdOf(`many ${index}`));
    expect(await store.search.versions([...many, a.job.id])).toEqual(new Map([[a.job.id, 2]]));
  });
}
