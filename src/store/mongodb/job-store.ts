import { randomBytes } from "node:crypto";
import type { JobId } from "../../model/ids.ts";
import { JobTooNew, newestFormat } from "../../model/job/format.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { AssignedAsk, ClaimAnswer, CommitAnswer, InsertAnswer, JobStore, NewJob } from "../store.ts";
import { type Claims, claimJobs } from "./claims/claim.ts";
import type { Collections } from "./collections.ts";
import { releaseJobs } from "./commands/free-jobs.ts";
import { offeredJobs, overdueJobs, owingJobs } from "./commands/lists.ts";
import { commitDocument } from "./documents/change-document.ts";
import { insertDocument } from "./documents/job-document.ts";
import { findJob, isOurs, readJobs, wholeJob } from "./documents/read-job.ts";
import type { LivingWorkers } from "./living-workers.ts";
import { budgets, untilAnswered, withoutWriting } from "./outcome/retry.ts";
import { type WriteQueues, writeMembers } from "./write-queues.ts";

const mostClaimed = 1000;

export interface JobStoreParts {
  readonly collections: Collections;
  readonly queues: WriteQueues;
  readonly living: LivingWorkers;
  /** A job of the original, which keeps its own in a collection of the same name or in `jobs`. */
  readonly legacy: (id: JobId) => Promise<Job | undefined>;
}

export function jobStore({ collections, queues, living, legacy }: JobStoreParts): JobStore {
  const token = tokens();
  const claims: Claims = { token, living, served: "", underWay: new Set(), behind: false, byPriority: false };
  let lastClaim: Promise<unknown> = Promise.resolve();
  return {
    async insert(jobs): Promise<InsertAnswer[]> {
      const starts = await withLivingOwners(jobs, living);
      const members = starts.map((start) => orRefusal(() => insertDocument(start, token())));
      return writeMembers(members, (sent) => queues.insert(sent));
    },
    async commit(commits): Promise<CommitAnswer[]> {
      const members = commits.map((commit) =>
        orRefusal(() => ({ ...commitDocument(commit, token()), id: commit.change.jobId })),
      );
      return writeMembers(members, (sent) => queues.commit(sent));
    },
    claim(ask): Promise<ClaimAnswer> {
      const limit = Math.min(mostClaimed, Math.max(1, ask.limit));
      const claim = (): Promise<ClaimAnswer> => claimJobs(collections, claims, { ...ask, limit });
      const turn = lastClaim.then(claim, claim); // of one process, claims would only take the candidates of each other
      lastClaim = turn;
      return turn;
    },
    assigned: (ask) => assignedJobs(collections, ask, claims.underWay),
    release: (worker, held) => releaseJobs(collections, worker, held),
    async get(id): Promise<Job | undefined> {
      const found = await untilAnswered(budgets.read, async () => (await findJob(collections, id)) ?? legacy(id));
      if (found instanceof JobTooNew) throw found; // by no fault of the server
      return found;
    },
    history: (id) =>
      untilAnswered(budgets.read, async () => {
        const own = await history(collections, id);
        return own ?? ((await legacy(id)) === undefined ? undefined : []); // it kept none
      }),
    overdue: (nowMs, limit) => untilAnswered(budgets.read, () => overdueJobs(collections, nowMs, limit)),
    offered: (queue, nowMs, limit) => untilAnswered(budgets.read, () => offeredJobs(collections, queue, nowMs, limit)),
    owing: (beforeMs, limit) => untilAnswered(budgets.read, () => owingJobs(collections, beforeMs, limit)),
  };
}

/** Never used again: a part that is random for each process, and a number. */
function tokens(): () => string {
  const process = randomBytes(6).toString("base64url");
  let last = 0;
  return () => `${process}${(++last).toString(36)}`;
}

/**
 * Without the leases that are asked for workers which do not live: such jobs are ready for others. Nor for jobs of workflows that may have only so many with
 * workers: they get theirs by a claim, which counts.
 */
async function withLivingOwners(started: readonly NewJob[], living: LivingWorkers): Promise<readonly NewJob[]> {
  const jobs = started.map((start) => (start.job.maxRunning === undefined ? start : withoutLease(start)));
  const owners = new Set(jobs.flatMap(({ job }) => (job.lease === undefined ? [] : [job.lease.worker])));
  if (owners.size === 0) return jobs;
  const alive = await withoutWriting(living.among(owners));
  if (alive.size === owners.size) return jobs;
  return jobs.map((start) => {
    const { lease } = start.job;
    return lease === undefined || alive.has(lease.worker) ? start : withoutLease(start);
  });
}

function withoutLease(start: NewJob): NewJob {
  const { lease: _lease, ...job } = start.job;
  return { ...start, job };
}

/** A job that is just being claimed comes with its claim: run before, it could be over when the claim reads what it took, which then were counted as nothing. */
async function assignedJobs(
  collections: Collections,
  ask: AssignedAsk,
  claimsUnderWay: ReadonlySet<string>,
): Promise<Job[]> {
  const { worker } = ask;
  const _id = "only" in ask ? { $in: [...ask.only] } : { $nin: [...ask.except] };
  // Known ids are read one by one: the planner would rather read all that the worker has, and skip what it had.
  const options = { projection: wholeJob, limit: mostClaimed, ...("only" in ask && { hint: { _id: 1 } }) };
  return untilAnswered(budgets.read, async () => {
    const claimed = claimsUnderWay.size === 0 ? {} : { claim: { $nin: [...claimsUnderWay] } };
    const filter = { owner: worker, _id, readyAt: { $exists: true }, format: { $lte: newestFormat }, ...claimed };
    const found = await collections.jobs.find(filter, options).toArray();
    return (await readJobs(collections, found)).filter(({ lease }) => lease?.worker === worker);
  });
}

async function history({ jobs }: Collections, id: JobId): Promise<HistoryEntry[] | undefined> {
  const found = await jobs.findOne({ _id: id }, { projection: { format: 1, history: 1 } });
  if (found === null || !isOurs(found)) return undefined;
  return found.history.flatMap((entries) => JSON.parse(entries) as HistoryEntry[]);
}

/** What cannot be made a document is refused without being sent. */
function orRefusal<T>(make: () => T): T | { readonly refused: string } {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { refused: error instanceof RangeError ? reason : `It is not JSON: ${reason}` };
  }
}
