import { StoreUnavailable } from "../../../model/errors.ts";
import type { Job } from "../../../model/job/job.ts";
import type { ClaimAnswer, ClaimAsk } from "../../store.ts";
import { suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import type { LivingWorkers } from "../living-workers.ts";
import { budgets, untilAnswered, withoutWriting } from "../outcome/retry.ts";
import { shareInTurns, turnsAfter } from "./in-turns.ts";
import { permitted, roomUnderCaps } from "./permits.ts";
import { type Reach, reachOf } from "./reach.ts";
import { type Line, linesWaiting, type ReadyJob, readyByWorkflow, waitingJobs } from "./ready-jobs.ts";
import { takeJobs } from "./take.ts";
import { hasRoom, waitingSuspects } from "./waiting-suspects.ts";

export interface Claims {
  /** Tells a claim of this process from every other: `claim` fields hold it. */
  token(): string;
  readonly living: Pick<LivingWorkers, "among">;
  /** The workflow that was served last: the next claim begins after it. */
  served: string;
  /** Tokens of claims whose answer has not come: what they took belongs to them, and to nobody who asks what the worker has. */
  readonly underWay: Set<string>;
  /** The last claim of healthy jobs left some behind: the next one looks at the workflows straight away. */
  behind: boolean;
  /** Whether the next single place goes by priority. */
  byPriority: boolean;
  /** Workflows that had waiting jobs lately, of those which a worker takes that takes what is named. */
  waiting?: { readonly lines: readonly Line[]; readonly untilMs: number; readonly of: string };
}

/** How long the lines of waiting workflows are good for while claim follows claim, in ms: one that comes meanwhile waits so much longer. */
const linesGoodForMs = 100;

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
    const taken = allowed.length === 0 ? [] : await takenBy(collections, claims, token, ask, allowed);
    jobs.push(...taken);
    const missed = taken.length < chosen.length || capped.size > known; // others came first, or have as many as they may
    const wasBehind = ask.of === "healthy" && claims.behind;
    if (ask.of === "healthy") claims.behind = chosen.length >= limit;
    if (wasBehind && !claims.behind && jobs.length < ask.limit) continue; // that was the last of them: what is parked counts again
    // What is left of a group of suspects is the group: more would be beside each other that should not.
    const wantsMore = ask.of === "suspect" ? jobs.length === 0 : jobs.length < ask.limit;
    if (missed && wantsMore && round < roundsAtMost) continue;
    const next = earliest(looked.next, found.next);
    const suspectsReady = looked.suspects.some((one) => !chosen.includes(one) && hasRoom(one, looked.room, chosen));
    return {
      kind: "claimed",
      jobs,
      suspectsReady,
      ...(left !== undefined && { left: [...new Set([...left, ...capped])] }),
      ...(capped.size > 0 && { capped: [...capped] }),
      ...(next !== undefined && jobs.length < ask.limit && { nextReadyAt: next }),
    };
  }
}

async function takenBy(
  collections: Collections,
  { underWay }: Claims,
  token: string,
  ask: ClaimAsk,
  allowed: readonly ReadyJob[],
): Promise<Job[]> {
  underWay.add(token);
  try {
    return await takeJobs(collections, token, ask, allowed);
  } finally {
    underWay.delete(token);
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
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
  /** When the next job is ready that is parked, where that was met. */
  readonly next?: number;
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
  const reach = await asked(() => reachOf(collections, ask.takes));
  const looked = await look(collections, claims, ask, reach);
  if (!looked.lives) return { looked, chosen: [], permitted: [], capped: [] };
  const found = await candidates(collections, claims, ask, looked, reach);
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
async function look(collections: Collections, claims: Claims, ask: ClaimAsk, reach: Reach): Promise<Looked> {
  const { worker, of, nowMs, limit } = ask;
  const isKnown = of === "suspect" || claims.behind || !reach.isPlain; // what is ready is looked for elsewhere, and what is parked does not matter yet
  const [lives, healthy, { jobs: suspects, room }] = await Promise.all([
    withoutWriting(claims.living.among(new Set([worker]))),
    isKnown ? [] : asked(() => waitingJobs(collections, reach.healthy, {}, limit + 1)),
    asked(() => waitingSuspects(collections, reach, nowMs, of === "suspect" ? suspectsLookedAt : 1)),
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
  { of, nowMs, limit, room = new Map<string, number>(), takes }: ClaimAsk,
  { healthy, suspects }: Looked,
  reach: Reach,
): Promise<Candidates> {
  if (of === "suspect") return { chosen: suspects.slice(0, Math.min(limit, suspectGroup(suspects))) };
  if (reach.isPlain && !claims.behind && healthy.length <= limit && fit(healthy, room))
    return { chosen: healthy, left: [] };
  const lines = await waitingLines(collections, claims, reach, JSON.stringify(takes ?? {}));
  const ready = lines.filter(({ readyAt }) => readyAt <= nowMs);
  const names = turnsAfter(claims.served, [...new Set(ready.map(({ workflow }) => workflow))]);
  const withRoom = names.filter((name) => room.get(name) !== 0);
  const { found, seesAll, next } = await asked(() => readyByWorkflow(collections, withRoom, ready, nowMs, limit, room));
  const firsts = found.flatMap(({ jobs }) => jobs.slice(0, 1));
  const underCaps = await asked(() => roomUnderCaps(collections, nowMs, firsts));
  const both = new Map(room);
  for (const [workflow, places] of underCaps) both.set(workflow, Math.min(places, room.get(workflow) ?? places));
  const { jobs, served, left } = shareInTurns(found, limit, both, claims.byPriority);
  claims.served = served ?? claims.served;
  const withoutRoom = names.filter((name) => room.get(name) === 0);
  const parked = lines.flatMap(({ readyAt }) => (readyAt > nowMs ? [readyAt] : []));
  const nextOfAll = parked.reduce<number | undefined>(earliest, next);
  const full = [...underCaps].filter(([, places]) => places === 0).map(([workflow]) => workflow);
  return {
    chosen: jobs,
    full,
    ...(seesAll && { left: [...left, ...withoutRoom] }),
    ...(nextOfAll !== undefined && { next: nextOfAll }),
  };
}

/** There is room for all of them. */
function fit(jobs: readonly ReadyJob[], room: ReadonlyMap<string, number>): boolean {
  if (room.size === 0) return true;
  const counts = new Map<string, number>();
  for (const { workflow } of jobs) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
  return [...counts].every(([workflow, count]) => count <= (room.get(workflow) ?? count));
}

async function waitingLines(
  collections: Collections,
  claims: Claims,
  reach: Reach,
  of: string,
): Promise<readonly Line[]> {
  const { waiting } = claims;
  if (claims.behind && waiting?.of === of && performance.now() < waiting.untilMs) return waiting.lines;
  const lines = await asked(() => linesWaiting(collections, reach));
  claims.waiting = { lines, untilMs: performance.now() + linesGoodForMs, of };
  return lines;
}
