import { Overloaded, StoreUnavailable, WorkflowsError } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import type { JobSummary } from "../../model/job/job.ts";
import type { JobFilter, JobKey, JobPage } from "../../store/search.ts";
import type { Deps } from "../deps.ts";
import type { BulkPlace } from "./bulk-place.ts";
import { fitsStill } from "./fits-still.ts";
import { Pace } from "./pace.ts";

export interface RefusedJob {
  readonly id: JobId;
  readonly error: WorkflowsError;
}

interface WalkAsk {
  readonly act: (id: JobId) => Promise<unknown>;
  readonly limit: number;
  readonly signal: AbortSignal;
}

const pageJobs = 50;

/** So many jobs are under way at once: enough to fill a write of the store, too few to keep others waiting for one. */
export const atOnce = 10;

/** A call ends then, wherever it is: filters that seldom fit look at many jobs for each that they find. In ms. */
const longestMs = 10_000;

/** One walk over the jobs that fit, the oldest first, in groups of as many as are under way at once. */
export class Walk {
  readonly done: JobId[] = [];
  readonly refused: RefusedJob[] = [];
  /** Why it went no further. */
  stopped: WorkflowsError | undefined;
  /** There is nothing behind. */
  isOver = false;
  /** Jobs that it has come past. */
  met = 0;
  /** Up to here all is done; absent: it has come nowhere. */
  after: JobKey | undefined;
  /** Behind that place. */
  doneBehind: ReadonlySet<JobId>;
  readonly #deps: Deps;
  readonly #filter: JobFilter;
  readonly #ask: WalkAsk;

  constructor(deps: Deps, filter: JobFilter, ask: WalkAsk, from?: Pick<BulkPlace, "after" | "done">) {
    this.#deps = deps;
    this.#filter = filter;
    this.#ask = ask;
    this.after = from?.after;
    this.doneBehind = new Set(from?.done);
  }

  /** Never rejects: what keeps it from going on is told in `stopped`. */
  async run(): Promise<void> {
    const pace = new Pace();
    const until = performance.now() + longestMs;
    try {
      while (!this.isOver && this.met < this.#ask.limit && !this.#isBroken() && performance.now() < until)
        await pace.during(() => this.#walkPage());
    } catch (error) {
      this.#stop(error);
    }
  }

  #isBroken(): boolean {
    return this.stopped !== undefined || this.#ask.signal.aborted;
  }

  #stop(error: unknown): void {
    this.stopped ??=
      error instanceof WorkflowsError ? error : new WorkflowsError("internal", "Internal error", { cause: error });
  }

  async #walkPage(): Promise<void> {
    const { jobs, next } = await this.#page();
    for (let from = 0; from < jobs.length && !this.#isBroken(); from += atOnce)
      await this.#walkGroup(jobs.slice(from, from + atOnce));
    if (this.#isBroken()) return;
    this.isOver = next === undefined;
    this.after = next ?? this.after;
  }

  #page(): Promise<JobPage> {
    return this.#deps.store.search.find({
      ...this.#filter,
      order: "oldest",
      nowMs: this.#deps.moment().nowMs,
      limit: Math.min(pageJobs, this.#ask.limit - this.met),
      ...(this.after !== undefined && { after: this.after }),
    });
  }

  /** Those that were settled at the front of the group are behind the walk, however it was broken off. */
  async #walkGroup(jobs: readonly JobSummary[]): Promise<void> {
    const settled = await this.#act(jobs);
    const open = jobs.findIndex(({ id }) => !settled.has(id));
    const front = open < 0 ? jobs : jobs.slice(0, open);
    const last = front.at(-1);
    if (last !== undefined) this.after = this.#keyOf(last);
    this.met += front.length;
    this.doneBehind = new Set(jobs.slice(front.length).flatMap(({ id }) => (settled.has(id) ? [id] : [])));
  }

  #keyOf({ id, createdAt }: JobSummary): JobKey {
    const isById = this.#filter.idPrefix !== undefined;
    return { at: isById ? 0 : createdAt, id };
  }

  /** Answers which of them need no further look: done, refused, done before, or not what was meant any more. */
  async #act(jobs: readonly JobSummary[]): Promise<ReadonlySet<JobId>> {
    const due = jobs.filter(({ id }) => !this.doneBehind.has(id));
    const fitting = await fitsStill(this.#deps, this.#filter, due);
    const settled = new Set(jobs.map(({ id }) => id));
    const done = new Set<JobId>();
    await Promise.all(
      fitting.map(async (id) => {
        const outcome = await this.#one(id);
        if (outcome === "done") done.add(id);
        if (outcome === "open") settled.delete(id);
      }),
    );
    this.done.push(...fitting.filter((id) => done.has(id)));
    return settled;
  }

  async #one(id: JobId): Promise<"done" | "refused" | "open"> {
    try {
      await this.#ask.act(id);
      return "done";
    } catch (error) {
      const isOfJob =
        error instanceof WorkflowsError && !(error instanceof Overloaded) && !(error instanceof StoreUnavailable);
      if (!isOfJob) {
        this.#stop(error);
        return "open";
      }
      if (error.code !== "job_not_found") this.refused.push({ id, error });
      return "refused";
    }
  }
}
