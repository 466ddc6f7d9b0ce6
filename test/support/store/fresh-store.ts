import { expect } from "vitest";
import type { JobId, WorkerId } from "../../../src/model/ids.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { ClaimAsk, Store } from "../../../src/store/store.ts";
import { testTime, workerInfo } from "../jobs.ts";
import type { StorePlace } from "./store-place.ts";

/** An empty store of the adapter under test, gone when the test is over. */
export type FreshStore = () => Promise<Fresh>;

export interface Fresh {
  readonly store: Store;
  /** Another connection to the same data, as another process has it. */
  readonly connect: () => Promise<Store>;
  readonly place: StorePlace;
}

/** What the worker asks for: ready jobs that are healthy. */
export function by(worker: WorkerId, more: Partial<ClaimAsk> = {}): ClaimAsk {
  return { worker, limit: 10, nowMs: testTime, of: "healthy", ...more };
}

export async function registered(store: Store, ...workers: readonly WorkerId[]): Promise<void> {
  for (const worker of workers) await store.workers.register(workerInfo(worker));
}

/** The jobs that a claim gave, which must not be told that its worker is expired. */
export async function claimed(store: Store, ask: ClaimAsk): Promise<Job[]> {
  const answer = await store.jobs.claim(ask);
  if (answer.kind !== "claimed") throw new Error(`The worker ${ask.worker} is expired`);
  return answer.jobs;
}

export async function stored(store: Store, id: JobId): Promise<Job> {
  const job = await store.jobs.get(id);
  if (job === undefined) throw new Error(`There is no job ${id}`);
  return job;
}

/** Asserts that all were inserted. */
export async function insertAll(store: Store, jobs: Parameters<Store["jobs"]["insert"]>[0]): Promise<void> {
  const answers = await store.jobs.insert(jobs);
  expect(answers.map(({ kind }) => kind)).toEqual(jobs.map(() => "inserted"));
}
