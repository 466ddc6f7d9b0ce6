import type { Event } from "../../model/decision/event.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { Log } from "../../model/log.ts";
import { applyEvents, modelFor } from "../apply.ts";
import { isOfIncomplete } from "../can-only-end.ts";
import type { Deliverer, Deps } from "../deps.ts";
import { failBroken } from "../fail-broken.ts";
import { deliverEach } from "./deliver.ts";

/** What is under way for one job. */
interface Round {
  /** The newest that was heard of the job meanwhile. */
  next: Job | undefined;
  readonly done: Promise<void>;
}

/**
 * Does what jobs owe to other jobs, right after the commit by which they owe it, and acknowledges it by an event. What fails stays in the job,
 * and a sweep of whatever process comes back to it; so does what another process began before it died.
 */
export class Delivery implements Deliverer {
  readonly #deps: Deps;
  readonly #log: Log;
  readonly #rounds = new Map<JobId, Round>();

  constructor(deps: Omit<Deps, "delivery">, log: Log) {
    this.#deps = { ...deps, delivery: this };
    this.#log = log;
  }

  /** What the delivery itself works with, and all others should. */
  get deps(): Deps {
    return this.#deps;
  }

  owed(job: Job): void {
    const round = this.#rounds.get(job.id);
    if (round !== undefined) round.next = job;
    else this.#begin(job);
  }

  async catchUp(id: JobId): Promise<void> {
    const job = await this.#deps.store.jobs.get(id);
    if (job?.effects === undefined) return;
    this.owed(job);
    await this.#rounds.get(id)?.done;
  }

  /** When nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#rounds.size > 0) await Promise.all([...this.#rounds.values()].map(({ done }) => done));
  }

  #begin(job: Job): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const round: Round = { next: undefined, done: promise };
    this.#rounds.set(job.id, round);
    void this.#run(job, round).finally(resolve);
  }

  async #run(first: Job, round: Round): Promise<void> {
    const delivered = new Set<number>();
    for (let job: Job | undefined = first; job !== undefined; job = round.next) {
      round.next = undefined;
      try {
        await this.#deliver(job, delivered);
      } catch (error) {
        this.#tell(job.id, error);
      }
    }
    this.#rounds.delete(first.id); // at once: what is owed from now on begins a round of its own
  }

  /** Does what this job owes but those that are in `delivered`, and adds to these what was acknowledged. */
  async #deliver(job: Job, delivered: Set<number>): Promise<void> {
    const effects = (job.effects ?? []).filter(({ id }) => !delivered.has(id));
    const { ids, refused, events, failures, unheard } = await deliverEach(this.#deps, this.#log, job, effects);
    for (const error of failures) this.#tell(job.id, error);
    if (ids.length === 0) return;
    const told = { kind: "effects_delivered", ids, refused, ...(unheard && { unheard }) } as const;
    await this.#acknowledge(job, [...events, told]);
    for (const id of ids) delivered.add(id);
  }

  /** A job that lacks its definition, or a part, is failed; that it owes no more is told when it has ended. */
  async #acknowledge(job: Job, events: readonly Event[]): Promise<void> {
    try {
      await applyEvents(this.#deps, await modelFor(this.#deps, job, events), job, events);
    } catch (error) {
      if (!isOfIncomplete(error)) throw error;
      await failBroken(this.#deps, this.#log, job.id, error);
    }
  }

  #tell(job: JobId, error: unknown): void {
    const message = "a job could not do for another what it owes it: it is tried again";
    if (error instanceof StoreUnavailable || error instanceof Overloaded) this.#log.warn({ job, err: error }, message);
    else this.#log.error({ job, err: error }, message);
  }
}
