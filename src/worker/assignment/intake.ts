import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { JobId, WorkerId } from "../../model/ids.ts";
import type { Job, Lease } from "../../model/job/job.ts";
import type { Log } from "../../model/log.ts";
import type { HeldJob, JobStore } from "../../store/store.ts";
import type { Slots } from "../slots/slots.ts";
import type { AnswerDue, AnswersDue } from "./answers-due.ts";

export interface IntakeHost {
  readonly jobs: Pick<JobStore, "assigned">;
  readonly slots: Slots;
  readonly answersDue: AnswersDue;
  readonly log: Log;
  readonly pollMs: number;
  /** The living incarnation, also of a worker that is stopping. */
  worker(): WorkerId | undefined;
  /** Whether another job may begin, given a slot. */
  mayTake(): boolean;
  /** Whether it is one for this worker: whoever assigned it may know no topics. */
  takes(job: Job): boolean;
  /** Held, being given back, or on its way by a start in this process. */
  knows(id: JobId): boolean;
  known(): JobId[];
  /** Takes a job with its lease and one taken slot of its workflow. */
  take(job: Job, lease: Lease): void;
  giveBack(worker: WorkerId, jobs: readonly HeldJob[]): void;
  /** Nothing is being read any more. */
  settled(): void;
}

/** As many jobs as the store answers at once. */
const largestAsk = 1000;

/**
 * Takes in the jobs that others stored with this worker's lease: those that a hint names at once, those whose hint was lost by a
 * poll. What finds no slot is given back for others. Each lease is taken once: what is known is not asked for, and an answer that
 * is older than the end of a job does not bring it back.
 */
export class Intake {
  readonly #host: IntakeHost;
  /** Named by hints and not asked for yet: one read at a time, so that under load each brings many. */
  readonly #hinted = new Set<JobId>();
  #asked: ReadonlySet<JobId> = new Set();
  #fetching = false;
  #reading = 0;
  #polling = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: IntakeHost) {
    this.#host = host;
  }

  begin(): void {
    this.#timer = setInterval(() => void this.#poll(), this.#host.pollMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#hinted.clear();
  }

  /** No answer is due that could bring jobs. */
  get settled(): boolean {
    return this.#reading === 0;
  }

  /** Jobs of the living incarnation, as far as whoever gives the hint knows. */
  hint(ids: readonly JobId[]): void {
    for (const id of ids) if (!this.#knows(id)) this.#hinted.add(id);
    if (!this.#fetching) void this.#fetch();
  }

  #knows(id: JobId): boolean {
    return this.#asked.has(id) || this.#host.knows(id);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    for (let worker = this.#host.worker(); this.#hinted.size > 0; worker = this.#host.worker()) {
      this.#asked = new Set([...this.#hinted].slice(0, largestAsk));
      for (const id of this.#asked) this.#hinted.delete(id);
      if (worker !== undefined) await this.#fetchFor(worker, [...this.#asked]);
      this.#asked = new Set();
    }
    this.#fetching = false;
  }

  async #fetchFor(worker: WorkerId, only: readonly JobId[]): Promise<void> {
    const { slots } = this.#host;
    let taken = this.#host.mayTake() ? slots.takeUpTo(only.length) : 0; // before the answer, so that no claim gets them meanwhile
    await this.#asking(async (due) => {
      const jobs = await this.#host.jobs.assigned({ worker, only });
      this.#asked = new Set();
      const unfit = this.#place(worker, jobs, due, (workflow) => {
        if (taken === 0 || slots.roomOf(workflow) <= 0) return slots.tryTakeFor(workflow);
        taken -= 1;
        slots.own(workflow);
        return true;
      });
      this.#host.giveBack(worker, unfit);
    });
    for (; taken > 0; taken -= 1) slots.give();
  }

  async #poll(): Promise<void> {
    const worker = this.#host.worker();
    if (worker === undefined || this.#polling) return;
    this.#polling = true;
    await this.#asking(async (due) => {
      const except = [...this.#host.known(), ...this.#asked, ...this.#hinted];
      const jobs = await this.#host.jobs.assigned({ worker, except });
      const unfit = this.#place(worker, jobs, due, (workflow) => this.#host.slots.tryTakeFor(workflow));
      // A claim that is on its way may have got these, with slots of its own: the next poll tells.
      if (!due.besideClaim) this.#host.giveBack(worker, unfit);
    });
    this.#polling = false;
  }

  /** Holds what is new and has a slot. Answers what has none. */
  #place(worker: WorkerId, jobs: readonly Job[], due: AnswerDue, takeSlot: (workflow: string) => boolean): HeldJob[] {
    const unfit: HeldJob[] = [];
    for (const job of jobs) {
      const { id, lease } = job;
      if (this.#host.worker() !== worker) return []; // its jobs are let go all together
      if (lease === undefined || this.#knows(id) || due.left(id, lease.fence)) continue;
      if (this.#host.mayTake() && this.#host.takes(job) && takeSlot(job.workflow.name)) this.#host.take(job, lease);
      else unfit.push({ id, fence: lease.fence });
    }
    return unfit;
  }

  /** Never rejects: what could not be read is found by a later poll. */
  async #asking(ask: (due: AnswerDue) => Promise<void>): Promise<void> {
    const { answersDue, log } = this.#host;
    const due = answersDue.begin("read");
    this.#reading += 1;
    try {
      await ask(due);
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof Overloaded)
        log.warn({ err: error }, "assigned jobs could not be read");
      else log.error({ err: error }, "unexpected error while reading assigned jobs");
    } finally {
      due.end();
      this.#reading -= 1;
      this.#host.settled();
    }
  }
}
