import { StoreUnavailable } from "../../../model/errors.ts";
import type { Job } from "../../../model/job/job.ts";
import type { ClaimAnswer, ClaimAsk } from "../../store.ts";
import { suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { healthyQueues } from "../documents/queues.ts";
import { readJobs, wholeJob } from "../documents/read-job.ts";
import type { LivingWorkers } from "../living-workers.ts";
import { budgets, untilAnswered, withoutWriting } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { shareInTurns, turnsAfter } from "./in-turns.ts";
import { permitted, roomUnderCaps } from "./permits.ts";
import { type Line, linesWaiting, type ReadyJob, readyByWorkflow, waitingJobs } from "./ready-jobs.ts";
import { hasRoom, waitingSuspects } from "./waiting-suspects.ts";

export interface Claims {
  /** Tells a claim of this process from every other: `claim` fields hold it. */
  token(): string;
  readonly living: Pick<LivingWorkers, "among">;
  /** The workflow that was served last: the next claim begins after it. */
  served: string;
  /** The last claim of healthy jobs left some behind: the next one looks at the workflows straight away. */
  behind: boolean;
  /** Whether the next single place goes by priority. */
  byPriority: boolean;
  /** Workflows that had waiting jobs lately. */
  waiting?: { readonly lines: readonly Line[]; readonly untilMs: number };
}

/** How long the lines of waiting workflows are good for while claim follows claim, in ms: one that comes meanwhile waits so much longer. */
const linesGoodForMs = 100;

/** Named, because the server may take the index of the waiting or of the owners, and skip what was removed from it in the last minutes. */
const byId = { _id: 1 } as const;

/** Looks again after others took what this claim was about to take. */
const roundsAtMost = 8;

/**
 * Gives out ready jobs: look for candidates, take them by one update that each job checks for itself, read what was got. The same number of
 * round trips whatever the batch; only when more is ready than asked for, a look at the workflows makes it fair, where a workflow may have only so many
 * jobs with workers, its permits are asked for, and a claim that others came before looks again.
 */
export async function claimJobs(collections: Collections, claims: Claims, ask: ClaimAsk): Promise<ClaimAnswer> {
  const jobs: Job[] = [];
  const capped = new Set<string>();
  claims.byPriority = !claims.byPriority;
  for (let round = 1; ; round++) {
    const limit = ask.limit - jobs.length;
    const token = claims.token();
    const found = await choose(collections, claims, token, {
      ...ask,
      limit,
      room: roomLeft(ask, jobs, capped),
    }).catch((error: unknown) => {
      if (jobs.length === 0 || !(error instanceof StoreUnavailable)) throw error;
      return undefined; // what an earlier round took is not lost for it
    });
    if (found === undefined) return { kind: "claimed", jobs, suspectsReady: false };
    const { looked, chosen, permitted: allowed, left } = found;
    if (!looked.lives) return { kind: "expired" };
    const known = capped.size;
    for (const workflow of found.capped) capped.add(workflow);
    const taken = allowed.length === 0 ? [] : await take(collections, token, ask, allowed);
    jobs.push(...taken);
    const missed = taken.length < chosen.length || capped.size > known; // others came first, or have as many as they may
    const wasBehind = ask.of === "healthy" && claims.behind;
    if (ask.of === "healthy") claims.behind = chosen.length >= limit;
    if (wasBehind && !claims.behind && jobs.length < ask.limit) continue; // that was the last of them: what is parked counts again
    // What is left of a group of suspects is the group: more would be beside each other that should not.
    const wantsMore = ask.of === "suspect" ? jobs.length === 0 : jobs.length < ask.limit;
    if (missed && wantsMore && round < roundsAtMost) continue;
    const suspectsReady = looked.suspects.some((one) => !chosen.includes(one) && hasRoom(one, looked.room, chosen));
    return {
      kind: "claimed",
      jobs,
      suspectsReady,
      ...(left !== undefined && { left: [...new Set([...left, ...capped])] }),
      ...(capped.size > 0 && { capped: [...capped] }),
      ...(looked.next !== undefined && jobs.length < ask.limit && { nextReadyAt: looked.next }),
    };
  }
}

/** What was taken in earlier rounds takes room, too; and of what had no permit no more is asked for. */
function roomLeft(
  { room = new Map<string, number>() }: ClaimAsk,
  taken: readonly Job[],
  capped: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const left = new Map(room);
  for (const { workflow } of taken) {
    const places = left.get(workflow.name);
    if (places !== undefined) left.set(workflow.name, Math.max(0, places - 1));
  }
  for (const workflow of capped) left.set(workflow, 0);
  return left;
}

interface Candidates {
  readonly chosen: readonly ReadyJob[];
  /** Workflows that have as many jobs with workers as they may. */
  readonly full?: readonly string[];
  /** Of which workflows more is ready than was chosen; undefined where that was not looked for. */
  readonly left?: readonly string[];
}

interface Chosen extends Candidates {
  readonly looked: Looked;
  /** Those of the chosen that may be taken, and the workflows of which some may not. */
  readonly permitted: readonly ReadyJob[];
  readonly capped: readonly string[];
}

/** What is there, and which of it this claim is about to take. Gives no lease. */
async function choose(collections: Collections, claims: Claims, token: string, ask: ClaimAsk): Promise<Chosen> {
  const looked = await look(collections, claims, ask);
  if (!looked.lives) return { looked, chosen: [], permitted: [], capped: [] };
  const found = await candidates(collections, claims, ask, looked);
  // Permits are written, but no lease is given: a failure here leaves at most permits that nobody uses, and those pass.
  const { jobs, capped } = await withoutWriting(permitted(collections, token, ask.nowMs, found.chosen));
  return { ...found, looked, permitted: jobs, capped: [...capped, ...(found.full ?? [])] };
}

interface Looked {
  readonly lives: boolean;
  /** Ready ones, one more than asked for if there are more. */
  readonly healthy: readonly ReadyJob[];
  /** Ready ones that may be taken: as many as a group is made of, or one, if there is any. */
  readonly suspects: readonly ReadyJob[];
  /** How many more of a capped workflow among them may be taken. */
  readonly room: ReadonlyMap<string, number>;
  /** When the next job is ready that is parked, as far as it was looked for. */
  readonly next?: number;
}

/** Both queues are read from their beginning: behind the ready jobs comes the one that is ready next. */
async function look(collections: Collections, claims: Claims, ask: ClaimAsk): Promise<Looked> {
  const { worker, of, nowMs, limit } = ask;
  const isKnown = of === "suspect" || claims.behind; // what is ready is looked for elsewhere, and what is parked does not matter yet
  const [lives, healthy, { jobs: suspects, room }] = await Promise.all([
    withoutWriting(claims.living.among(new Set([worker]))),
    isKnown ? [] : asked(() => waitingJobs(collections, "healthy", limit + 1)),
    asked(() => waitingSuspects(collections, nowMs, of === "suspect" ? suspectsLookedAt : 1)),
  ]);
  const isReady = ({ readyAt }: ReadyJob): boolean => readyAt <= nowMs;
  const parked = [...healthy, ...(of === "suspect" ? [] : suspects)].filter((job) => !isReady(job));
  return {
    lives: lives.has(worker),
    healthy: healthy.filter(isReady),
    suspects: suspects.filter(isReady),
    room,
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
): Promise<Candidates> {
  if (of === "suspect") return { chosen: suspects.slice(0, Math.min(limit, suspectGroup(suspects))) };
  if (!claims.behind && healthy.length <= limit && fit(healthy, room)) return { chosen: healthy, left: [] };
  const lines = await waitingLines(collections, claims);
  const names = turnsAfter(claims.served, [...new Set(lines.map(({ workflow }) => workflow))]);
  const withRoom = names.filter((name) => room.get(name) !== 0);
  const { found, seesAll } = await asked(() => readyByWorkflow(collections, withRoom, lines, nowMs, limit, room));
  const firsts = found.flatMap(({ jobs }) => jobs.slice(0, 1));
  const underCaps = await asked(() => roomUnderCaps(collections, nowMs, firsts));
  const both = new Map(room);
  for (const [workflow, places] of underCaps) both.set(workflow, Math.min(places, room.get(workflow) ?? places));
  const { jobs, served, left } = shareInTurns(found, limit, both, claims.byPriority);
  claims.served = served ?? claims.served;
  const withoutRoom = names.filter((name) => room.get(name) === 0);
  const full = [...underCaps].filter(([, places]) => places === 0).map(([workflow]) => workflow);
  return { chosen: jobs, full, ...(seesAll && { left: [...left, ...withoutRoom] }) };
}

/** There is room for all of them. */
function fit(jobs: readonly ReadyJob[], room: ReadonlyMap<string, number>): boolean {
  if (room.size === 0) return true;
  const counts = new Map<string, number>();
  for (const { workflow } of jobs) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
  return [...counts].every(([workflow, count]) => count <= (room.get(workflow) ?? count));
}

async function waitingLines(collections: Collections, claims: Claims): Promise<readonly Line[]> {
  if (claims.behind && claims.waiting !== undefined && performance.now() < claims.waiting.untilMs)
    return claims.waiting.lines;
  const lines = await asked(() => linesWaiting(collections));
  claims.waiting = { lines, untilMs: performance.now() + linesGoodForMs };
  return lines;
}

/** Takes those of the candidates that nobody took meanwhile; those with a permit only under the version that it names. */
async function take(
  collections: Collections,
  claim: string,
  ask: ClaimAsk,
  found: readonly ReadyJob[],
): Promise<Job[]> {
  const { db, names, jobs } = collections;
  const { worker } = ask;
  const ids = found.map(({ _id }) => _id);
  const queue = ask.of === "suspect" ? "suspect" : { $in: [...healthyQueues] };
  // What can be claimed is pending or running, and shown as running from now on.
  const u = { $set: { owner: worker, claim, shown: "running" }, $unset: { queue: "" }, $inc: { version: 1, fence: 1 } };
  const free = found.filter(({ maxRunning }) => maxRunning === undefined).map(({ _id }) => _id);
  const updates = [
    ...(free.length === 0 ? [] : [{ q: { _id: { $in: free }, queue }, u, multi: true, hint: byId }]),
    ...found
      .filter(({ maxRunning }) => maxRunning !== undefined)
      .map(({ _id, version }) => ({ q: { _id, queue, version }, u, hint: byId })),
  ];
  return untilAnswered(budgets.write, async ({ again }) => {
    const { modified } = await writeCommand(db, { update: names.jobs, updates });
    if (modified === 0 && !again) return [];
    const mine = await jobs
      .find({ _id: { $in: ids }, owner: worker, claim }, { projection: wholeJob, hint: byId })
      .toArray();
    const order = new Map(ids.map((id, index) => [id, index]));
    mine.sort((a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0));
    return readJobs(collections, mine);
  });
}
