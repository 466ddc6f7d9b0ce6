import type { BulkResult } from "./api/answers.ts";
import type { Explanation } from "./api/explanation.ts";
import type { HistoryEntry, Job, JobPage, JobSummary } from "./api/job.ts";
import type { Operations } from "./api/operations.ts";
import { answerWith } from "./http/answer.ts";
import type { Ask, Connection } from "./http/connection.ts";
import { bodyOf, type JobFilter, queryOf } from "./job-filter.ts";
import { checkOptions } from "./known-options.ts";

export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. What was asked for may have been done. */
  readonly signal?: AbortSignal | undefined;
}

/** What is asked of a job, and how. */
type Asking<Name extends keyof Operations> = Operations[Name] extends { readonly body: infer Body }
  ? Body & CallOptions
  : never;

export interface ListOptions extends CallOptions {
  /** Default: those that were started last come first. */
  readonly sort?: Operations["listJobs"]["query"]["sort"];
  /** Jobs of a page, 1 to 200. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

const listNames = { sort: true, limit: true, cursor: true, signal: true } as const;
const tellNames = { idempotencyKey: true, signal: true } as const;

/** What can be done with many jobs by one call. */
export type BulkAction = "cancel" | "pause" | "resume" | "retry" | "restart" | "skip" | "delete";

type BulkMembers = Operations["cancelJobs"]["body"];

/** Which jobs, and what the action takes. */
export type BulkAsking<Action extends BulkAction> = Omit<BulkMembers, "filter" | "undo"> & {
  readonly filter?: JobFilter;
} & Asking<`${Action}Job`>;

/** How long a store that takes no more is left alone at least, in milliseconds. */
const stoppedMs = 1000;

/** By these a job is known. */
const jobMembers = ["id", "workflowName", "status", "tasks"] as const;

export type JobCounts = Operations["countJobs"]["answer"];

/** Jobs: to find, read and steer. Reading is tried again where that may help; what changes a job only where it was certainly not done. */
export class Jobs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** One job, whole. */
  get(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#connection.read<Job>(["jobs", id], jobMembers, {}, options);
  }

  /** All jobs that fit, page by page as the loop goes on. */
  async *list(filter: JobFilter = {}, options: ListOptions = {}): AsyncGenerator<JobSummary, void, undefined> {
    let { cursor } = options;
    do {
      const page = await this.page(filter, { limit: 200, ...options, cursor });
      yield* page.jobs;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  /** One page of them; `next` is null on the last. A page may be short, or empty, before that. */
  async page(filter: JobFilter = {}, options: ListOptions = {}): Promise<JobPage> {
    checkOptions("page", options, listNames);
    const { sort, limit, cursor, signal } = options;
    const place = { sort, limit: limit === undefined ? undefined : String(limit), cursor };
    return this.#connection.read<JobPage>(["jobs"], ["jobs", "next"], { ...queryOf(filter), ...place }, { signal });
  }

  /** How many there are, by workflow and state, and for what they wait. */
  count(of: Operations["countJobs"]["query"] = {}, options: CallOptions = {}): Promise<JobCounts> {
    return this.#connection.read<JobCounts>(["jobs", "counts"], ["counts", "total"], of, options);
  }

  /** Every transition, in order. */
  async history(id: string, options: CallOptions = {}): Promise<readonly HistoryEntry[]> {
    const path = ["jobs", id, "history"];
    type Answer = Operations["getJobHistory"]["answer"];
    return (await this.#connection.read<Answer>(path, ["history"], {}, options)).history;
  }

  /** What happened to it and why, for what it waits, and what one can do about it. */
  explain(id: string, options: CallOptions = {}): Promise<Explanation> {
    return this.#connection.read<Explanation>(
      ["jobs", id, "explanation"],
      ["id", "summary", "tasks", "advice"],
      {},
      options,
    );
  }

  /** Ends it: `terminated`, after its undos unless `undo` is false. */
  cancel(id: string, asking: Asking<"cancelJob"> = {}): Promise<Job> {
    return this.#act(id, "cancel", asking);
  }

  /** What runs may end; nothing new begins. */
  pause(id: string, asking: Asking<"pauseJob"> = {}): Promise<Job> {
    return this.#act(id, "pause", asking);
  }

  resume(id: string, asking: Asking<"resumeJob"> = {}): Promise<Job> {
    return this.#act(id, "resume", asking);
  }

  /** Goes on from the tasks that failed or were cancelled, or from one of them. */
  retry(id: string, asking: Asking<"retryJob"> = {}): Promise<Job> {
    return this.#act(id, "retry", asking);
  }

  /** Runs it once more from the beginning, under the same id. */
  restart(id: string, asking: Asking<"restartJob"> = {}): Promise<Job> {
    return this.#act(id, "restart", asking);
  }

  /** Lets it go on without a task. */
  skip(id: string, asking: Asking<"skipJob">): Promise<Job> {
    return this.#act(id, "skip", asking);
  }

  /** Removes a job that has ended, with its results and its history; answers it as it was. */
  delete(id: string, { signal, ...body }: Asking<"deleteJob"> = {}): Promise<Job> {
    return this.#change({ method: "DELETE", path: ["jobs", id], body, signal });
  }

  /** Tells it of something that it waits for. Under an `idempotencyKey` that is repeated where it may have got lost. */
  async tell(
    id: string,
    event: string,
    data: Readonly<Record<string, unknown>> = {},
    options: CallOptions & { readonly idempotencyKey?: string } = {},
  ): Promise<Job> {
    checkOptions("tell", options, tellNames);
    const { signal, idempotencyKey } = options;
    const ask = { path: ["jobs", id, "events", event], body: data, signal };
    if (idempotencyKey === undefined) return this.#change(ask);
    return this.#change({ ...ask, headers: { "idempotency-key": idempotencyKey }, repeat: "always" });
  }

  /**
   * Does the same with many jobs: up to 1,000 of those that the filter picks, each by itself. `next` of the answer is the `cursor` of the next call, null after
   * the last one. A dry run tells what would be done. An empty filter needs `all: true`.
   */
  async bulk<Action extends BulkAction>(action: Action, asking: BulkAsking<Action>): Promise<BulkResult> {
    const { signal, filter, ...body } = asking;
    const ask = {
      path: ["jobs", "bulk", action],
      body: { ...body, ...(filter !== undefined && { filter: bodyOf(filter) }) },
    };
    const reply = await this.#connection.send({ method: "POST", repeat: "when_refused", signal, ...ask });
    return answerWith<BulkResult>(reply, ["done", "next", "remain"]);
  }

  /** The same call after call, with a part of the answer each, until all jobs were met. Where the store takes no more (`stopped`), it rests before the next one. */
  async *bulkAll<Action extends BulkAction>(
    action: Action,
    asking: BulkAsking<Action>,
  ): AsyncGenerator<BulkResult, void, undefined> {
    let { cursor } = asking;
    let stops = 0;
    do {
      const answer = await this.bulk(action, { ...asking, cursor });
      yield answer;
      cursor = answer.next ?? undefined;
      stops = answer.stopped === undefined ? 0 : stops + 1;
      if (stops > 0 && cursor !== undefined) await this.#connection.pauseAfter(stops, asking.signal, stoppedMs);
    } while (cursor !== undefined);
  }

  #act(id: string, action: string, { signal, ...body }: CallOptions): Promise<Job> {
    return this.#change({ path: ["jobs", id, action], body, signal });
  }

  async #change(ask: Omit<Ask, "repeat"> & Partial<Pick<Ask, "repeat">>): Promise<Job> {
    const reply = await this.#connection.send({ method: "POST", repeat: "when_refused", ...ask });
    return answerWith<Job>(reply, jobMembers);
  }
}
