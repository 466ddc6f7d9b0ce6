import { StoreUnavailable } from "../../../model/errors.ts";
import type { Job } from "../../../model/job/job.ts";
import type { ClaimAnswer, ClaimAsk } from "../../store.ts";
import { suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { readJobs, wholeJob } from "../documents/read-job.ts";
import type { Queue } from "../documents/stored-job.ts";
import type { LivingWorkers } from "../living-workers.ts";
import { budgets, untilAnswered, withoutWriting } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { shareInTurns, turnsAfter } from "./in-turns.ts";
import { type ReadyJob, readyByWorkflow, waitingJobs, workflowsWaiting } from "./ready-jobs.ts";

export interface Claims {
  /** Tells a claim of this process from every other: `claim` fields hold it. */
  token(): string;
  readonly living: Pick<LivingWorkers, "among">;
  /** The workflow that was served last: the next claim begins after it. */
  served: string;
  /** The last claim of healthy jobs left some behind: the next one looks at the workflows straight away. */
  behind: boolean;
  /** Workflows that had waiting jobs lately. */
  waiting?: { readonly names: readonly string[]; readonly untilMs: number };
}

/** How long the names of waiting workflows are good for while claim follows claim, in ms: one that comes meanwhile waits so much longer. */
const namesGoodForMs = 100;

/** Named, because the server may take the index of the waiting or of the owners, and skip what was removed from it in the last minutes. */
const byId = { _id: 1 } as const;

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
    const found = await choose(collections, claims, { ...ask, limit, room: roomLeft(ask, jobs) }).catch(
      (error: unknown) => {
        if (jobs.length === 0 || !(error instanceof StoreUnavailable)) throw error;
        return undefined; // what an earlier round took is not lost for it
      },
    );
    if (found === undefined) return { kind: "claimed", jobs, suspectsReady: false };
    const { looked, ids, left } = found;
    if (!looked.lives) return { kind: "expired" };
    const taken = ids.length === 0 ? [] : await take(collections, claims.token(), ask, ids);
    jobs.push(...taken);
    const collided = taken.length < ids.length;
    const wasBehind = ask.of === "healthy" && claims.behind;
    if (ask.of === "healthy") claims.behind = ids.length >= limit;
    if (wasBehind && !claims.behind && jobs.length < ask.limit) continue; // that was the last of them: what is parked counts again
    // What is left of a group of suspects is the group: more would be beside each other that should not.
    const wantsMore = ask.of === "suspect" ? jobs.length === 0 : jobs.length < ask.limit;
    if (collided && wantsMore && round < roundsAtMost) continue;
    const suspects = looked.suspects.filter(({ _id }) => !ids.includes(_id)).length;
    return {
      kind: "claimed",
      jobs,
      suspectsReady: suspects > 0,
      ...(left !== undefined && { left }),
      ...(looked.next !== undefined && jobs.length < ask.limit && { nextReadyAt: looked.next }),
    };
  }
}

/** What was taken in earlier rounds takes room, too. */
function roomLeft({ room }: ClaimAsk, taken: readonly Job[]): ReadonlyMap<string, number> {
  if (room === undefined || taken.length === 0) return room ?? new Map();
  const left = new Map(room);
  for (const { workflow } of taken) {
    const places = left.get(workflow.name);
    if (places !== undefined) left.set(workflow.name, Math.max(0, places - 1));
  }
  return left;
}

interface Chosen {
  readonly looked: Looked;
  readonly ids: readonly string[];
  /** Of which workflows more is ready than was chosen; undefined where that was not looked for. */
  readonly left?: readonly string[];
}

/** What is there, and which of it this claim is about to take. Writes nothing. */
async function choose(collections: Collections, claims: Claims, ask: ClaimAsk): Promise<Chosen> {
  const looked = await look(collections, claims, ask);
  return looked.lives ? { looked, ...(await candidates(collections, claims, ask, looked)) } : { looked, ids: [] };
}

interface Looked {
  readonly lives: boolean;
  /** Ready ones, one more than asked for if there are more. */
  readonly healthy: readonly ReadyJob[];
  /** Ready ones: as many as a group is made of, or one, if there is any. */
  readonly suspects: readonly ReadyJob[];
  /** When the next job is ready that is parked, as far as it was looked for. */
  readonly next?: number;
}

/** Both queues are read from their beginning: behind the ready jobs comes the one that is ready next. */
async function look(collections: Collections, claims: Claims, ask: ClaimAsk): Promise<Looked> {
  const { worker, of, nowMs, limit } = ask;
  const isKnown = of === "suspect" || claims.behind; // what is ready is looked for elsewhere, and what is parked does not matter yet
  const [lives, healthy, suspects] = await Promise.all([
    withoutWriting(claims.living.among(new Set([worker]))),
    isKnown ? [] : asked(() => waitingJobs(collections, "healthy", limit + 1)),
    asked(() => waitingJobs(collections, "suspect", of === "suspect" ? suspectsLookedAt : 1)),
  ]);
  const isReady = ({ readyAt }: ReadyJob): boolean => readyAt <= nowMs;
  const parked = [...healthy, ...(of === "suspect" ? [] : suspects)].filter((job) => !isReady(job));
  return {
    lives: lives.has(worker),
    healthy: healthy.filter(isReady),
    suspects: suspects.filter(isReady),
    ...(parked.length > 0 && { next: Math.min(...parked.map(({ readyAt }) => readyAt)) }),
  };
}

/** A failure here is not about anything that was written. */
async function asked<T>(read: () => Promise<T>): Promise<T> {
  return withoutWriting(untilAnswered(budgets.read, read));
}

async function candidates(
  collections: Collections,
  claims: Claims,
  { of, nowMs, limit, room = new Map<string, number>() }: ClaimAsk,
  { healthy, suspects }: Looked,
): Promise<Omit<Chosen, "looked">> {
  if (of === "suspect")
    return { ids: suspects.slice(0, Math.min(limit, suspectGroup(suspects))).map(({ _id }) => _id) };
  if (!claims.behind && healthy.length <= limit && fit(healthy, room))
    return { ids: healthy.map(({ _id }) => _id), left: [] };
  const names = turnsAfter(claims.served, await waitingNames(collections, claims));
  const withRoom = names.filter((name) => room.get(name) !== 0);
  const { found, seesAll } = await asked(() => readyByWorkflow(collections, withRoom, nowMs, limit, room));
  const { ids, served, left } = shareInTurns(found, limit, room);
  claims.served = served ?? claims.served;
  const withoutRoom = names.filter((name) => room.get(name) === 0);
  return { ids, ...(seesAll && { left: [...left, ...withoutRoom] }) };
}

/** There is room for all of them. */
function fit(jobs: readonly ReadyJob[], room: ReadonlyMap<string, number>): boolean {
  if (room.size === 0) return true;
  const counts = new Map<string, number>();
  for (const { workflow } of jobs) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
  return [...counts].every(([workflow, count]) => count <= (room.get(workflow) ?? count));
}

async function waitingNames(collections: Collections, claims: Claims): Promise<readonly string[]> {
  if (claims.behind && claims.waiting !== undefined && performance.now() < claims.waiting.untilMs)
    return claims.waiting.names;
  const names = await asked(() => workflowsWaiting(collections));
  claims.waiting = { names, untilMs: performance.now() + namesGoodForMs };
  return names;
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
    hint: byId,
  };
  return untilAnswered(budgets.write, async ({ again }) => {
    const { modified } = await writeCommand(db, { update: names.jobs, updates: [update] });
    if (modified === 0 && !again) return [];
    const mine = await jobs
      .find({ _id: { $in: [...ids] }, owner: worker, claim }, { projection: wholeJob, hint: byId })
      .toArray();
    const order = new Map(ids.map((id, index) => [id, index]));
    mine.sort((a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0));
    return readJobs(collections, mine);
  });
}
