import type { NewcomerJob, Reservation } from "../../jobs/placement/placement.ts";
import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { Incarnation } from "../life/incarnation.ts";
import type { Slots } from "../slots/slots.ts";

export interface OwnStartsHost {
  readonly slots: Slots;
  /** Takes a job, with its slot, unless that life is over. */
  take(incarnation: Incarnation, job: Job): void;
  doubt(incarnation: Incarnation, error: unknown): void;
}

/** Starts in this process that are being stored with this worker's lease, each with a slot. */
export class OwnStarts {
  readonly #host: OwnStartsHost;
  readonly #reserved = new Set<NewcomerJob>();

  constructor(host: OwnStartsHost) {
    this.#host = host;
  }

  ids(): JobId[] {
    return [...this.#reserved].map(({ id }) => id);
  }

  has(id: JobId): boolean {
    return [...this.#reserved].some((one) => one.id === id);
  }

  /** Undefined where there is no slot for it. */
  reserve(incarnation: Incarnation, { id, workflow }: NewcomerJob): Reservation | undefined {
    const { slots } = this.#host;
    if (!slots.tryTakeFor(workflow.name)) return undefined;
    const reserved = { id, workflow };
    this.#reserved.add(reserved);
    return {
      worker: incarnation.id,
      take: (job) => {
        this.#reserved.delete(reserved);
        this.#host.take(incarnation, job);
      },
      giveUp: () => {
        this.#reserved.delete(reserved);
        slots.give(workflow.name);
      },
      doubt: (error) => {
        this.#reserved.delete(reserved);
        this.#host.doubt(incarnation, error);
        slots.give(workflow.name);
      },
    };
  }
}
