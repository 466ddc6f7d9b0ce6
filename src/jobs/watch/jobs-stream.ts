import type { JobId } from "../../model/ids.ts";
import type { JobSummary } from "../../model/job/job.ts";
import type { ChangedJob, ChangeMark, JobFilter } from "../../store/search.ts";
import type { Deps } from "../deps.ts";
import { fits } from "../finding/fits.ts";
import type { ChangeFeed, Following } from "./change-feed.ts";
import type { Turn } from "./turns.ts";

/** What a watcher of many jobs is told, and the mark behind it. */
export type JobsNews =
  /** A job that fits has changed; as it is now. */
  | { readonly kind: "job"; readonly mark: ChangeMark; readonly job: JobSummary }
  /** Nothing that fits happened for a while, up to the mark. */
  | { readonly kind: "nothing"; readonly mark: ChangeMark };

export interface JobsStreamAsk {
  readonly filter: JobFilter;
  /** Absent: from now on. */
  readonly after?: ChangeMark;
  /** Ends the stream. Whoever aborts also ends `following`. */
  readonly signal: AbortSignal;
  readonly following: Following;
  /** `nothing` is told when for so many milliseconds nothing that fits was, whatever else happened. */
  readonly silenceMs: number;
}

/** What a watcher was told while he read for himself is remembered for so long, in ms: longer than a read of the feed takes, which may have begun before and tell of the same jobs as they were. */
const rememberedMs = 60_000;

/** Jobs that are remembered so, of those told last. */
const mostRemembered = 5000;

/** Changes of one read of those who are behind. */
const jobsPerRead = 500;

/** Its first news is `nothing`, with the mark at which it begins. Throws invalid_request for a mark that is none. What changed meanwhile, a client that was away hears first; few at a time, as each has the store remember what he was told. */
export async function* jobsNews(
  deps: Deps,
  feed: ChangeFeed,
  ask: JobsStreamAsk,
): AsyncGenerator<JobsNews, void, undefined> {
  const { filter, signal, following, silenceMs } = ask;
  const { search } = deps.store;
  const fitting = (changed: ChangedJob): boolean => fits(filter, changed, deps.moment().nowMs);
  let mark = ask.after;
  let hasBegun = false;
  let dueAt = 0; // of the next sign of life, monotonic
  let turn: Turn | undefined;
  const known = new Map<JobId, number>();
  const wasTold = (): void => void (dueAt = performance.now() + silenceMs);
  const isDue = (): boolean => performance.now() >= dueAt;
  wasTold();
  try {
    while (!signal.aborted) {
      turn ??= await feed.turns.next(Math.max(0, dueAt - performance.now()), signal);
      if (turn !== undefined) {
        mark ??= (await search.changed({ limit: 1 })).mark;
        // What is acknowledged after the read that finds no more has this number or a higher one.
        const number = feed.next;
        const read = await search.changed({ since: mark, limit: jobsPerRead });
        if (!hasBegun) {
          yield { kind: "nothing", mark };
          wasTold();
        }
        hasBegun = true;
        for (const changed of read.jobs) {
          if (signal.aborted) return;
          mark = changed.mark;
          remember(changed.job);
          if (!fitting(changed)) continue;
          yield { kind: "job", mark, job: changed.job };
          wasTold();
        }
        mark = read.mark;
        if (turn.isOver || read.more === undefined) {
          turn.end();
          turn = undefined;
        }
        if (read.more === undefined) mark = yield* fromFeed(number, mark);
      }
      if (!isDue()) continue;
      if (hasBegun && mark !== undefined) yield { kind: "nothing", mark };
      wasTold();
    }
  } finally {
    turn?.end();
  }

  function remember({ id, version }: JobSummary): void {
    known.delete(id);
    known.set(id, version); // the last
    const [oldest] = known.keys();
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
  }

  /** Until the feed keeps too little for so slow a client. */
  async function* fromFeed(first: number, from: ChangeMark): AsyncGenerator<JobsNews, ChangeMark, undefined> {
    const until = performance.now() + rememberedMs;
    let number = first;
    let last = from;
    while (!signal.aborted) {
      const more = feed.from(number);
      if (more === undefined) return last;
      if (performance.now() > until) known.clear();
      for (const changed of more) {
        if (signal.aborted) return last;
        number++;
        last = changed.mark;
        const { job } = changed;
        if ((known.get(job.id) ?? 0) >= job.version || !fitting(changed)) continue;
        yield { kind: "job", mark: last, job };
        wasTold();
      }
      if (isDue()) {
        yield { kind: "nothing", mark: last };
        wasTold();
      } else if (more.length === 0) await following.changed(dueAt - performance.now());
    }
    return last;
  }
}
