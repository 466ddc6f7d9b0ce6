import type { JobSummary } from "../../model/job/job.ts";
import type { WaitingReason } from "../../model/search/waiting.ts";
import { waitingNow } from "../../model/search/waiting.ts";
import { queuesOf } from "../../model/tree/queues.ts";
import type { Deps } from "../deps.ts";
import { takesOf, type WorkersAtHand, whyWaiting } from "./why-waiting.ts";

/** Rows that are told at most, and how many workflows are looked for that no worker takes. */
export const mostRows = 200;

/** Jobs of one external queue that are counted at most. */
const mostOffered = 1000;

/** Jobs of one workflow that no worker holds, and for what they wait. */
export interface WaitingJobs {
  readonly workflow: string;
  readonly reason: WaitingReason;
  /** As it was noted when each was stored last: those whose time has come meanwhile are among them until a worker takes them. */
  readonly jobs: number;
  /** The one that was started first; undefined where they have gone on meanwhile. */
  readonly oldest: JobSummary | undefined;
  /** One sentence for people. */
  readonly why: string;
}

/** Work that programs outside can take. */
export interface ExternalQueue {
  readonly queue: string;
  /** Workflows whose newest definition puts something into it, by name. */
  readonly workflows: readonly string[];
  /** Jobs that offer work of it now; at most `mostOffered` are counted. */
  readonly offered: number;
  readonly isExact: boolean;
}

export interface Queue {
  readonly waiting: readonly WaitingJobs[];
  /** How many rows there are, told or not. */
  readonly rows: number;
  readonly external: readonly ExternalQueue[];
}

/** What waits where and why: of each workflow the jobs that no worker holds, the largest numbers first, and the queues of programs outside. */
export async function whatWaits(deps: Deps, ask: { readonly workflow?: string }): Promise<Queue> {
  const { store, catalog } = deps;
  await catalog.refreshIfChanged();
  const { nowMs } = deps.moment();
  const [{ counts }, atHand] = await Promise.all([store.search.counts(ask), workersAtHand(deps, nowMs)]);
  const rows = addedUp(counts).sort((a, b) => b.jobs - a.jobs || (keyOf(a) < keyOf(b) ? -1 : 1));
  const waiting: WaitingJobs[] = [];
  for (const row of rows.slice(0, mostRows)) {
    const { workflow } = row;
    const filter = { workflow, nowMs, order: "oldest", limit: 1 } as const;
    const stillWaiting = (await store.search.find({ ...filter, waiting: [row.reason] })).jobs[0];
    const oldest = stillWaiting ?? (await store.search.find({ ...filter, waiting: ["worker"] })).jobs[0];
    const reason = (oldest === undefined ? undefined : waitingNow(oldest, nowMs)) ?? row.reason;
    const why = whyWaiting(reason, workflow, catalog.latest(workflow), atHand);
    waiting.push({ ...row, oldest, why: reason === row.reason ? why : `${why} (${listedOtherwise})` });
  }
  return { waiting, rows: rows.length, external: await externalQueues(deps, ask, nowMs) };
}

/** Of a row under the reason that was noted, while lists show the one that holds now. */
const listedOtherwise = "lists show those whose time has come as waiting for worker";

type Row = Pick<WaitingJobs, "workflow" | "reason" | "jobs">;

/** One row for each workflow and reason, whatever the status. */
function addedUp(
  counts: readonly { readonly workflow: string; readonly waiting?: WaitingReason; readonly jobs: number }[],
): Row[] {
  const rows = new Map<string, Row>();
  for (const { workflow, waiting: reason, jobs } of counts) {
    if (reason === undefined) continue;
    const key = keyOf({ workflow, reason });
    rows.set(key, { workflow, reason, jobs: jobs + (rows.get(key)?.jobs ?? 0) });
  }
  return [...rows.values()];
}

function keyOf({ workflow, reason }: Pick<Row, "workflow" | "reason">): string {
  return JSON.stringify([workflow, reason]);
}

async function workersAtHand({ store }: Deps, nowMs: number): Promise<WorkersAtHand> {
  const workers = (await store.workers.list()).filter(({ ended }) => ended !== true);
  if (workers.length === 0) return { workers, untaken: [] };
  return {
    workers,
    untaken: await store.housekeeping.untaken({ takers: workers.map(takesOf), nowMs, limit: mostRows }),
  };
}

/** Those that the newest definitions name: a queue that only an older one names is known by its jobs alone. */
async function externalQueues(
  { store, catalog }: Deps,
  { workflow: only }: { readonly workflow?: string },
  nowMs: number,
): Promise<ExternalQueue[]> {
  const workflows = new Map<string, string[]>();
  for (const { name, root } of catalog.all())
    if (only === undefined || name === only)
      for (const queue of queuesOf(root)) workflows.set(queue, [...(workflows.get(queue) ?? []), name]);
  const queues = [...workflows.keys()].sort().slice(0, mostRows);
  return Promise.all(
    queues.map(async (queue) => {
      const ids = await store.jobs.offered(queue, nowMs, mostOffered);
      return { queue, workflows: workflows.get(queue) ?? [], offered: ids.length, isExact: ids.length < mostOffered };
    }),
  );
}
