import { expect, onTestFinished, test } from "vitest";
import { ChangeFeed, type Following } from "../../../../src/jobs/watch/change-feed.ts";
import { jobsNews } from "../../../../src/jobs/watch/jobs-stream.ts";
import type { JobId } from "../../../../src/model/ids.ts";
import type { JobSearch } from "../../../../src/store/search.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { changeOf, pendingJob } from "../../../support/jobs.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";

test("a watcher that is behind by more than is kept for all reads the rest for himself, comes back, and misses nothing", async () => {
  const deps = await embedded([]);
  const { store, notifier } = deps;
  const feed = new ChangeFeed({ search: store.search, notifier, log: new MemoryLog() });
  onTestFinished(() => feed.stop());
  const following = await feed.follow();
  const leaving = new AbortController();
  const news = jobsNews(deps, feed, { filter: {}, signal: leaving.signal, following, silenceMs: 10_000 });
  expect((await news.next()).value).toMatchObject({ kind: "nothing" });

  const jobs = Array.from({ length: 2300 }, (_, index) => pendingJob(`job ${index}`));
  await insertAll(store, jobs.slice(0, 1));
  const told = new Map<JobId, number>();
  async function next(): Promise<void> {
    const { value } = await news.next();
    if (value?.kind !== "job") return;
    expect(value.job.version).toBeGreaterThanOrEqual(told.get(value.job.id) ?? 0);
    told.set(value.job.id, value.job.version);
  }
  await next(); // it follows the feed, and reads no further
  const first = feed.next;
  for (let from = 1; from < jobs.length; from += 500) await insertAll(store, jobs.slice(from, from + 500));
  await eventually("the feed keeps less than came", () => feed.from(first) === undefined);
  while (told.size < jobs.length) await next();

  const [last] = jobs.slice(-1);
  if (last === undefined) throw new Error("There is no job");
  await store.jobs.commit([changeOf(last.job)]);
  while (told.get(last.job.id) !== 2) await next();
  leaving.abort();
  following.end();
  expect(await news.next()).toMatchObject({ done: true });
});

test("a watcher whom nothing fits hears how far he was read while he is still behind, and goes on from there", async () => {
  const deps = await embedded([]);
  const { store, notifier } = deps;
  const { mark: after } = await store.search.changed({ limit: 1 });
  await insertAll(
    store,
    Array.from({ length: 700 }, (_, index) => pendingJob(`job ${index}`)),
  );
  const feed = new ChangeFeed({ search: store.search, notifier, log: new MemoryLog() });
  onTestFinished(() => feed.stop());
  const following = await feed.follow();
  const { signal } = new AbortController();
  const news = jobsNews(deps, feed, { filter: { workflow: "none" }, after, signal, following, silenceMs: 0 });
  expect((await news.next()).value).toEqual({ kind: "nothing", mark: after });
  const { value } = await news.next();
  expect(value?.kind).toBe("nothing");
  const behind = await store.search.changed({ since: value?.mark ?? after, limit: 1000 });
  expect(behind.jobs).toHaveLength(200);
  following.end();
});

test("a watcher whom nothing fits hears how far he was read, however often other jobs change", async () => {
  const deps = await embedded([]);
  const { store, notifier } = deps;
  const feed = new ChangeFeed({ search: store.search, notifier, log: new MemoryLog() });
  onTestFinished(() => feed.stop());
  const following = await feed.follow();
  let waits = 0;
  const busy: Following = {
    ...following,
    async changed(withinMs) {
      if (++waits > 20) throw new Error("He waits for silence");
      await insertAll(store, [pendingJob(`job ${waits}`)]);
      return following.changed(Math.max(1000, withinMs)); // there is none
    },
  };
  const { signal } = new AbortController();
  const news = jobsNews(deps, feed, { filter: { workflow: "none" }, signal, following: busy, silenceMs: 100 });
  const begin = await news.next();
  const { value } = await news.next();
  expect(value).toEqual({ kind: "nothing", mark: expect.not.stringMatching(`^${begin.value?.mark}$`) });
  following.end();
});

test("however many come back at once, each hears what he missed", async () => {
  const deps = await embedded([]);
  const { store, notifier } = deps;
  const feed = new ChangeFeed({ search: store.search, notifier, log: new MemoryLog() });
  onTestFinished(() => feed.stop());
  const { mark: after } = await store.search.changed({ limit: 1 });
  const jobs = Array.from({ length: 1050 }, (_, index) => pendingJob(`job ${index}`));
  for (let from = 0; from < jobs.length; from += 350) await insertAll(store, jobs.slice(from, from + 350));
  const leaving = new AbortController();
  async function comesBack(): Promise<number> {
    const following = await feed.follow();
    const told = new Set<JobId>();
    let news = 0;
    const ask = { filter: {}, after, signal: leaving.signal, following, silenceMs: 10_000 };
    for await (const one of jobsNews(deps, feed, ask)) {
      if (one.kind === "job") told.add(one.job.id);
      if (told.size === jobs.length || ++news > 4 * jobs.length) break;
    }
    following.end();
    return told.size;
  }
  const told = await Promise.all(Array.from({ length: 40 }, comesBack));
  expect(new Set(told)).toEqual(new Set([jobs.length]));
});

test("what all are told late, as it was before, is not told to one who read newer things for himself", async () => {
  const deps = await embedded([]);
  const { store, notifier } = deps;
  const opened = Promise.withResolvers<void>();
  let isHeld = false;
  let held = 0;
  const changed: JobSearch["changed"] = async (ask) => {
    const answer = await store.search.changed(ask);
    held += answer.jobs.length;
    if (isHeld) await opened.promise;
    return answer;
  };
  const feed = new ChangeFeed({ search: { changed }, notifier, log: new MemoryLog() });
  onTestFinished(() => feed.stop());
  const following = await feed.follow();
  const { mark: after } = await store.search.changed({ limit: 1 });
  isHeld = true;
  const [first, last] = [pendingJob("first"), pendingJob("last")];
  await insertAll(store, [first]);
  await eventually("the feed has read the job as it is", () => held > 0);
  await store.jobs.commit([changeOf(first.job)]);
  for (const half of ["a", "b"])
    await insertAll(
      store,
      Array.from({ length: 300 }, (_, index) => pendingJob(`${half} ${index}`)),
    );
  const leaving = new AbortController();
  const ask = { filter: {}, after, signal: leaving.signal, following, silenceMs: 10_000 };
  const told = new Map<JobId, number>();
  for await (const news of jobsNews(deps, feed, ask)) {
    if (news.kind !== "job") continue;
    const { id, version } = news.job;
    expect(version).toBeGreaterThanOrEqual(told.get(id) ?? 0);
    told.set(id, version);
    if (told.size === 601) {
      opened.resolve();
      await insertAll(store, [last]);
    }
    if (id === last.job.id) break;
  }
  expect(told.get(first.job.id)).toBe(2);
  following.end();
});
