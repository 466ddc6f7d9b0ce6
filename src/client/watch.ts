import type { HistoryEntry, JobSummary } from "./api/job.ts";
import { WorkflowsApiError } from "./errors.ts";
import type { StreamEvent } from "./event-stream.ts";
import { isObject } from "./http/answer.ts";
import type { Connection } from "./http/connection.ts";
import { type FollowOptions, follow } from "./http/follow.ts";
import { type JobFilter, queryOf } from "./job-filter.ts";
import type { CallOptions } from "./jobs.ts";

/** What happened to one job. */
export type JobEvent =
  /** An entry of its history. `id` is the place behind it, for `lastEventId`. */
  | { readonly kind: "entry"; readonly id: string; readonly entry: HistoryEntry }
  /** It has ended; nothing follows. `removed`: it is not there any more, and this is what was known of it last. */
  | { readonly kind: "end"; readonly id: string; readonly job: JobSummary & { readonly removed?: true } };

/** A job of those that are watched, as it is after a change. */
export interface JobChange {
  /** The place behind it, for `lastEventId`. */
  readonly id: string;
  readonly job: JobSummary;
}

export interface WatchOptions extends CallOptions {
  /** Goes on behind the event that had this `id`. Default: of one job from its beginning, of many from now on. */
  readonly lastEventId?: string;
  /** A connection from which nothing comes for this long, in milliseconds, is opened anew; default: 45,000. Servers send a sign of life every 15 s. */
  readonly silenceMs?: number;
  /** Called for each connection, once it is certain from which place on it tells: what is done from then on is heard of. */
  readonly onOpen?: () => void;
}

const defaultSilenceMs = 45_000;

/** Every entry of a job's history, and its end. `hasOtherWay`: see `FollowOptions`. */
export async function* watchJob(
  connection: Connection,
  id: string,
  { silenceMs = defaultSilenceMs, ...options }: WatchOptions & Pick<FollowOptions, "hasOtherWay">,
): AsyncGenerator<JobEvent, void, undefined> {
  const ask = { path: ["jobs", id, "events"] };
  for await (const event of follow(connection, ask, { silenceMs, ...options })) {
    if (event.type === "end") {
      yield { kind: "end", id: event.id, job: dataOf<JobSummary & { readonly removed?: true }>(event) };
      return;
    }
    yield { kind: "entry", id: event.id, entry: dataOf<HistoryEntry>(event) };
  }
}

/** Jobs whose newest version is remembered: what a server tells again was told a moment ago. */
const mostRemembered = 10_000;

/** Every change of the jobs that fit. A server may tell one again; it comes out once. */
export async function* watchJobs(
  connection: Connection,
  filter: JobFilter,
  { silenceMs = defaultSilenceMs, ...options }: WatchOptions,
): AsyncGenerator<JobChange, void, undefined> {
  const ask = { path: ["jobs", "events"], query: queryOf(filter) };
  const told = new Map<string, number>();
  for await (const event of follow(connection, ask, { silenceMs, ...options })) {
    if (event.type !== "job") continue; // of a newer server
    const job = dataOf<JobSummary & { readonly revision: number }>(event);
    const before = told.get(job.id);
    if (before !== undefined && job.revision <= before) continue;
    told.delete(job.id); // so that the map is in the order of what was told last
    told.set(job.id, job.revision);
    const [oldest] = told.keys();
    if (told.size > mostRemembered && oldest !== undefined) told.delete(oldest);
    yield { id: event.id, job };
  }
}

function dataOf<Data>({ data, type }: StreamEvent): Data {
  try {
    const parsed: unknown = JSON.parse(data);
    if (isObject(parsed)) return parsed as Data;
  } catch {
    // told below
  }
  throw new WorkflowsApiError(`The event ${JSON.stringify(type)} has no JSON object`, {
    code: "unexpected_answer",
    status: 200,
  });
}
