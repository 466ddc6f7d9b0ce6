import type { Job } from "../../../model/job/job.ts";
import type { ClaimAnswer, ClaimAsk } from "../../store.ts";
import { suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { readJobs, wholeJob } from "../documents/read-job.ts";
import type { Queue } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { shareInTurns, turnsAfter } from "./in-turns.ts";
import { nextReadyAt, type ReadyJob, readyByWorkflow, readyJobs, workflowsWaiting } from "./ready-jobs.ts";

export interface Claims {
  /** Tells a claim of this process from every other: `claim` fields hold it. */
  token(): string;
  /** The workflow that was served last: the next claim begins after it. */
  served: string;
}

/** How far ahead a claim of healthy jobs looks for a parked suspect: longer than any back-off of such. */
const suspectsAheadMs = 3_600_000;

/** Looks again after others took what this claim was about to take. */
const roundsAtMost = 8;

/**
 * Gives out ready jobs: look for candidates, take them by one update that each job checks for itself, read what was got. The same number of
 * round trips whatever the batch; only when more is ready than asked for, a look at the workflows makes it fair, and a claim
 * that others came before looks again.
 */
export async function claimJobs(collections: Collections, claims: Claims, ask: ClaimAsk): Promise<ClaimAnswer> {
  const jobs: Job[] = [];
  for (let round = 1; ; round++) {
    const limit = ask.limit - jobs.length;
    const looked = await untilAnswered(budgets.read, () => look(collections, { ...ask, limit }));
    if (!looked.lives) return { kind: "expired" };
    const ids = await candidates(collections, claims, { ...ask, limit }, looked);
    const taken = ids.length === 0 ? [] : await take(collections, claims.token(), ask, ids);
    jobs.push(...taken);
    const collided = taken.length < ids.length;
    // What is left of a group of suspects is the group: more would be beside each other that should not.
    const wantsMore = ask.of === "suspect" ? jobs.length === 0 : jobs.length < ask.limit;
    if (collided && wantsMore && round < roundsAtMost) continue;
    const left = looked.suspects.filter(({ _id }) => !ids.includes(_id)).length;
    return {
      kind: "claimed",
      jobs,
      suspectsReady: left > 0,
      ...(looked.next !== undefined && jobs.length < ask.limit && { nextReadyAt: looked.next }),
    };
  }
}

interface Looked {
  readonly lives: boolean;
  readonly healthy: readonly { readonly _id: string }[];
  /** Ready ones: as many as a group is made of, or one, if there is any. */
  readonly suspects: readonly ReadyJob[];
  /** When the next job is ready that is parked, as far as it was looked for. */
  readonly next?: number;
}

async function look(collections: Collections, { worker, of, nowMs, limit }: ClaimAsk): Promise<Looked> {
  const [row, healthy, suspects, nextHealthy] = await Promise.all([
    collections.workers.findOne({ _id: worker, beat: { $gt: 0 } }, { projection: { _id: 1 } }),
    of === "healthy" ? readyJobs(collections, "healthy", nowMs, limit + 1) : [],
    of === "suspect"
      ? readyJobs(collections, "suspect", nowMs, suspectsLookedAt)
      : readyJobs(collections, "suspect", nowMs + suspectsAheadMs, 1),
    of === "healthy" ? nextReadyAt(collections, "healthy", nowMs) : undefined,
  ]);
  const ready = suspects.filter(({ readyAt }) => readyAt <= nowMs);
  const parkedUntil = ready.length === 0 ? suspects[0]?.readyAt : undefined;
  const next = Math.min(nextHealthy ?? Number.POSITIVE_INFINITY, parkedUntil ?? Number.POSITIVE_INFINITY);
  return { lives: row !== null, healthy, suspects: ready, ...(next !== Number.POSITIVE_INFINITY && { next }) };
}

async function candidates(
  collections: Collections,
  claims: Claims,
  { of, nowMs, limit }: ClaimAsk,
  { healthy, suspects }: Looked,
): Promise<string[]> {
  if (of === "suspect") return suspects.slice(0, Math.min(limit, suspectGroup(suspects))).map(({ _id }) => _id);
  if (healthy.length <= limit) return healthy.map(({ _id }) => _id);
  const ready = await untilAnswered(budgets.read, async () => {
    const names = turnsAfter(claims.served, await workflowsWaiting(collections));
    return readyByWorkflow(collections, names, nowMs, limit);
  });
  const { ids, served } = shareInTurns(ready, limit);
  claims.served = served ?? claims.served;
  return ids;
}

/** Takes those of the candidates that nobody took meanwhile. */
async function take(collections: Collections, claim: string, ask: ClaimAsk, ids: readonly string[]): Promise<Job[]> {
  const { db, names, jobs } = collections;
  const { worker } = ask;
  const queue: Queue = ask.of;
  const update = {
    q: { _id: { $in: ids }, queue },
    // What can be claimed is pending or running, and shown as running from now on.
    u: { $set: { owner: worker, claim, shown: "running" }, $unset: { queue: "" }, $inc: { version: 1, fence: 1 } },
    multi: true,
  };
  return untilAnswered(budgets.write, async ({ again }) => {
    const { modified } = await writeCommand(db, { update: names.jobs, updates: [update] });
    if (modified === 0 && !again) return [];
    const mine = await jobs.find({ _id: { $in: [...ids] }, owner: worker, claim }, { projection: wholeJob }).toArray();
    const order = new Map(ids.map((id, index) => [id, index]));
    mine.sort((a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0));
    return readJobs(collections, mine);
  });
}
