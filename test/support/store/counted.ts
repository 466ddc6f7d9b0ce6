import { expect } from "vitest";
import { type JobStatus, type JobSummary, visibleStatus } from "../../../src/model/job/job.ts";
import type { JobCount, JobKey, JobQuery } from "../../../src/store/search.ts";
import type { Store } from "../../../src/store/store.ts";
import { eventually } from "../eventually.ts";

/** Jobs of all pages, and how many pages that were. Throws where pages do not end. */
export async function allPages(
  store: Store,
  query: JobQuery,
): Promise<{ readonly jobs: JobSummary[]; readonly pages: number }> {
  const jobs: JobSummary[] = [];
  let after: JobKey | undefined;
  for (let pages = 1; pages <= 1000; pages++) {
    const page = await store.search.find({ ...query, ...(after !== undefined && { after }) });
    expect(page.jobs.length).toBeLessThanOrEqual(query.limit);
    jobs.push(...page.jobs);
    if (page.next === undefined) return { jobs, pages };
    after = page.next;
  }
  throw new Error("The pages do not end");
}

/** Asserts that the counts that the store keeps are those that reading every job gives; at once, or when the store has caught up. */
export async function expectCounted(store: Store): Promise<void> {
  await caughtUp("the counts are those of the jobs", async () => {
    expect(inOrder((await store.search.counts({})).counts)).toEqual(await recount(store));
  });
}

/** Asserts what the store counts. */
export async function expectCounts(
  store: Store,
  expected: readonly (readonly [workflow: string, status: JobStatus, waiting: JobCount["waiting"], jobs: number])[],
): Promise<void> {
  const rows = expected.map(([workflow, status, waiting, jobs]) => countOf(workflow, status, waiting, jobs));
  await caughtUp("the counts are as expected", async () => {
    expect(inOrder((await store.search.counts({})).counts)).toEqual(inOrder(rows));
  });
}

/** A store may write what it counted a moment after it acknowledged the jobs. */
async function caughtUp(what: string, assert: () => Promise<void>): Promise<void> {
  const probe = async (): Promise<true> => {
    await assert();
    return true;
  };
  await eventually(what, probe);
}

async function recount(store: Store): Promise<JobCount[]> {
  const counted = new Map<string, JobCount>();
  const { jobs } = await allPages(store, { limit: 200 });
  for (const job of jobs) {
    const waiting = job.lease === undefined ? job.waiting : undefined;
    const status = visibleStatus(job);
    const key = JSON.stringify([job.workflow.name, status, waiting]);
    counted.set(key, countOf(job.workflow.name, status, waiting, (counted.get(key)?.jobs ?? 0) + 1));
  }
  return inOrder([...counted.values()]);
}

function countOf(workflow: string, status: JobStatus, waiting: JobCount["waiting"], jobs: number): JobCount {
  return { workflow, status, ...(waiting !== undefined && { waiting }), jobs };
}

function inOrder(counts: readonly JobCount[]): JobCount[] {
  const key = ({ workflow, status, waiting }: JobCount): string => `${workflow} ${status} ${waiting ?? ""}`;
  return counts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
