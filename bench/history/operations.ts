import { newJobId, type WorkerId } from "../../src/model/ids.ts";
import type { Job } from "../../src/model/job/job.ts";
import type { JobKey, JobQuery } from "../../src/store/search.ts";
import type { NewJob, Store } from "../../src/store/store.ts";
import { completionOf, leasedJob, pendingJob } from "../../test/support/jobs.ts";
import { workflowNames } from "./finished-jobs.ts";

/** A store with a worker of ours, and where its deep page begins. */
export interface Subject {
  readonly store: Store;
  readonly worker: WorkerId;
  readonly deep: JobKey;
}

/** Something that the product asks of its store, measured a few times over; answers ms. */
export type Operation = (subject: Subject) => Promise<number>;

const starts = 640;
const callers = 64;
const claimed = 200;
const claimSize = 50;
const pageLimit = 20;
const pagesDeep = 100;
const looks = 20;

/** Jobs that a store needs for all of the pages to be full. */
export const leastJobs = 2 * pageLimit * pagesDeep;

/** Those that only read come first: what writes leave in the indexes for some minutes would be read with one store and not the other. */
export const operations: Readonly<Record<string, Operation>> = {
  "first page": pages(() => ({ limit: pageLimit })),
  "page of a workflow and status": pages(() => ({ limit: pageLimit, status: ["completed"], workflow: "workflow-7" })),
  "page of running jobs": pages(() => ({ limit: pageLimit, status: ["pending", "running"] })),
  "page 100": pages(({ deep }) => ({ limit: pageLimit, after: deep })),
  "count of what waits (health)": ({ store }) => repeated(() => store.housekeeping.health(Date.now())),
  "start and finish, 64 callers": startAndFinish,
  claim: claimAll,
};

async function startAndFinish({ store, worker }: Subject): Promise<number> {
  let rest = starts;
  const caller = async (): Promise<void> => {
    while (rest-- > 0) {
      const start = leasedJob("", worker, fresh());
      await insert(store, [start]);
      await finish(store, [start.job]);
    }
  };
  return await timed(() => Promise.all(Array.from({ length: callers }, caller)));
}

async function claimAll({ store, worker }: Subject): Promise<number> {
  await insert(
    store,
    Array.from({ length: claimed }, () => pendingJob("", fresh())),
  );
  const jobs: Job[] = [];
  const ms = await timed(async () => {
    while (jobs.length < claimed) {
      const answer = await store.jobs.claim({ worker, of: "healthy", limit: claimSize, nowMs: Date.now() + 1000 });
      if (answer.kind === "expired" || answer.jobs.length === 0) throw new Error(`${jobs.length} jobs were claimed`);
      jobs.push(...answer.jobs);
    }
  });
  await finish(store, jobs);
  return ms;
}

function pages(query: (subject: Subject) => JobQuery): Operation {
  return (subject) => repeated(() => subject.store.search.find(query(subject)));
}

function repeated(look: () => Promise<unknown>): Promise<number> {
  return timed(async () => {
    for (let time = 0; time < looks; time += 1) await look();
  });
}

/** Where the page begins that is a hundred pages away from the first. */
export async function deepKey(store: Store): Promise<JobKey> {
  let after: JobKey | undefined;
  for (let page = 0; page < pagesDeep; page += 1) {
    const { next } = await store.search.find({ limit: pageLimit, ...(after !== undefined && { after }) });
    if (next === undefined) throw new Error(`The store has ${page + 1} pages only`);
    after = next;
  }
  if (after === undefined) throw new Error("A first page has no key before it");
  return after;
}

let created = 0;

function fresh(): Partial<Job> {
  const createdAt = Date.now();
  const name = workflowNames[created++ % workflowNames.length] ?? "";
  return { id: newJobId(createdAt), createdAt, workflow: { name, version: 1, digest: "d".repeat(64) } };
}

async function insert(store: Store, jobs: readonly NewJob[]): Promise<void> {
  for (const answer of await store.jobs.insert(jobs))
    if (answer.kind !== "inserted") throw new Error(`Not inserted: ${JSON.stringify(answer)}`);
}

async function finish(store: Store, jobs: readonly Job[]): Promise<void> {
  const finishedAt = Date.now();
  for (const answer of await store.jobs.commit(jobs.map((job) => completionOf(job, { finishedAt }))))
    if (answer.kind !== "committed") throw new Error(`Not committed: ${JSON.stringify(answer)}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
