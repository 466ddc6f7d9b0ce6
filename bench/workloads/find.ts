import { filtersOf, othersOf, pagesOf, someIds } from "../find/looks.ts";
import { fill } from "../find/many-jobs.ts";
import { quantile } from "../report/spread.ts";
import { adaptersOf } from "../stores/adapter.ts";
import type { StoreName } from "../stores/measured-store.ts";

export interface FindPlan {
  readonly findJobs: number;
  /** How often each page and each count is asked for. */
  readonly looks: number;
}

/** Of all pages of one filter, or of all asks of one kind: ms in the process that asks. */
export interface Look {
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const pageLimit = 50;
const manyIds = 1000;

/** How long pages and counts take in a store with many jobs, one after another and nothing else going on. */
export async function measureFind(name: StoreName, { findJobs: jobs, looks }: FindPlan): Promise<Look[]> {
  await using adapters = await adaptersOf(name);
  const store = await adapters.open();
  const nowMs = Date.now();
  const { mark } = await store.search.changed({ limit: 1 });
  await fill(store, { jobs, nowMs }, told(jobs));
  await adapters.settle();
  const ids = await someIds(store, manyIds);
  const measured: Look[] = [];
  for (const [what, filter] of Object.entries(filtersOf(nowMs, ids))) {
    const pages = pagesOf(filter, nowMs, pageLimit).map((query) => () => store.search.find(query));
    measured.push(await lookOf(what, pages, looks));
  }
  for (const [what, ask] of Object.entries(othersOf(store, ids, mark))) measured.push(await lookOf(what, [ask], looks));
  return measured;
}

async function lookOf(what: string, asks: readonly (() => Promise<unknown>)[], times: number): Promise<Look> {
  const tookMs: number[] = [];
  for (let time = 0; time <= times; time += 1) {
    for (const ask of asks) {
      const startedAt = performance.now();
      await ask();
      if (time > 0) tookMs.push(performance.now() - startedAt); // the first time warms up
    }
  }
  const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => quantile(tookMs, share));
  return { what, p50Ms: p50Ms ?? Number.NaN, p99Ms: p99Ms ?? Number.NaN, maxMs: maxMs ?? Number.NaN };
}

function told(jobs: number): (stored: number) => void {
  let last = 0;
  return (stored) => {
    if (stored - last < 100_000) return;
    last = stored;
    console.error(`${stored} of ${jobs} jobs are stored`);
  };
}
