import type { JobId } from "../../model/ids.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job, ranElsewhere } from "../../model/job/job.ts";
import type { Deps } from "../deps.ts";
import { jobNotFound } from "../find.ts";
import type { Watching } from "./job-watch.ts";
import { type Place, theBeginning } from "./place.ts";

/** What a watcher of one job is told. */
export type JobNews =
  /** A transition, and the place behind it. */
  | { readonly kind: "entry"; readonly place: Place; readonly entry: HistoryEntry }
  /** The job has ended; or it is not there any more, and `job` is what was known of it last. */
  | { readonly kind: "end"; readonly place: Place; readonly job: Job; readonly isGone?: true }
  /** Nothing happened for a while. */
  | { readonly kind: "nothing" };

export interface JobStreamAsk {
  readonly id: JobId;
  /** Absent: from the beginning. */
  readonly after?: Place;
  readonly watching: Watching;
  /** Ends the stream. Whoever aborts also ends `watching`. */
  readonly signal: AbortSignal;
  /** `nothing` is told after so many milliseconds. */
  readonly silenceMs: number;
}

/** Entries that are held while a slow client takes them: what is behind is read again. */
const mostHeld = 200;

/** Commits of one read. */
const listsPerRead = 64;

/** Undefined where all was told and the job has ended: there is nothing to watch. Throws job_not_found. */
export async function openJobStream(deps: Deps, ask: JobStreamAsk): Promise<AsyncIterable<JobNews> | undefined> {
  const { id, after = theBeginning } = ask;
  const job = await deps.store.jobs.get(id);
  if (job === undefined) throw jobNotFound(id);
  const unseen = await entriesBehind(deps, id, after);
  if (after.isEnd && isFinal(job.status) && unseen !== undefined && isNothing(unseen)) return undefined;
  if (unseen === undefined && ranElsewhere(job)) return justTheEnd(job, after);
  return jobNews(deps, ask, job);
}

/** Of a job in another program's own document there is no history. */
async function* justTheEnd(job: Job, place: Place): AsyncGenerator<JobNews, void, undefined> {
  yield { kind: "end", place: endOf(place), job };
}

async function* jobNews(deps: Deps, ask: JobStreamAsk, first: Job): AsyncGenerator<JobNews, void, undefined> {
  const { id, watching, signal, silenceMs } = ask;
  let place = ask.after ?? theBeginning;
  let job = first;
  while (!signal.aborted) {
    const behind = await entriesBehind(deps, id, place);
    if (behind === undefined) return yield await gone(deps, ask, place, job);
    const { entries, hasMore } = behind;
    for (const entry of entries) {
      if (signal.aborted) return;
      yield entry;
      place = entry.place;
    }
    if (isNothing(behind) && isFinal(job.status)) return yield { kind: "end", place: endOf(place), job };
    if (isFinal(job.status) || entries.some(({ entry }) => endings.has(entry.type))) {
      // Read before the next look at the history: a job that has ended and tells nothing more has told all.
      const now = await deps.store.jobs.get(id);
      if (now === undefined) return yield await gone(deps, ask, place, job);
      job = now;
    } else if (!hasMore && !(await watching.changed(silenceMs))) yield { kind: "nothing" };
  }
}

const endings: ReadonlySet<HistoryEntry["type"]> = new Set([
  "job_completed",
  "job_failed",
  "job_timed_out",
  "job_terminated",
  "job_imported",
]);

/** With the job as this process removed it, if it did; else as it was known before. */
async function gone({ changes }: Deps, { id, watching }: JobStreamAsk, place: Place, known: Job): Promise<JobNews> {
  await changes?.left(id);
  const job = watching.seen?.removed ? watching.seen.job : known;
  return { kind: "end", place: endOf(place), job, isGone: true };
}

function endOf({ list, index }: Place): Place {
  return { list, index, isEnd: true };
}

type EntryNews = Extract<JobNews, { readonly kind: "entry" }>;

interface Behind {
  readonly entries: readonly EntryNews[];
  /** There may be more at once, however few these are. */
  readonly hasMore: boolean;
}

function isNothing({ entries, hasMore }: Behind): boolean {
  return entries.length === 0 && !hasMore;
}

/** The next entries; undefined where there is no such job. */
async function entriesBehind(deps: Deps, id: JobId, { list: from, index }: Place): Promise<Behind | undefined> {
  const lists = await deps.store.search.steps(id, from, listsPerRead);
  if (lists === undefined) return undefined;
  const entries: EntryNews[] = [];
  for (const [offset, list] of lists.entries())
    for (const [at, entry] of list.entries()) {
      if (offset === 0 && at <= index) continue;
      entries.push({ kind: "entry", place: { list: from + offset, index: at }, entry });
      if (entries.length === mostHeld) return { entries, hasMore: true };
    }
  return { entries, hasMore: lists.length === listsPerRead };
}
