import type { Taken } from "../../model/takes.ts";
import type { Notifier } from "../../notifier/notifier.ts";
import type { WorkerRow } from "../../store/store.ts";
import type { NewcomerJob, Placement, Reservation } from "./placement.ts";
import { RoomQueue } from "./room-queue.ts";
import { Rooms } from "./rooms.ts";

/**
 * Places new jobs on the workers of a fleet. A job is stored with the lease of a worker that has room, and a hint tells that worker; if the
 * hint is lost, or the worker's end came first, its poll or the sweep finds the job.
 */
export class FleetPlacement implements Placement {
  readonly #rooms: Rooms;
  readonly #notifier: Notifier;
  readonly #waiting = new RoomQueue();
  #asked = false;

  constructor(notifier: Notifier, rooms: Rooms = new Rooms()) {
    this.#notifier = notifier;
    this.#rooms = rooms;
    notifier.subscribe((hint) => {
      if (hint.kind !== "room") return;
      rooms.reports(hint.worker, hint.room, hint.but);
      this.#waiting.admit(hint.room, (job) => rooms.takes(hint.worker, job));
    });
  }

  /** All workers, as the store has them. At first all are asked to tell their room: whoever is alive will. */
  sees(rows: readonly WorkerRow[]): void {
    this.#rooms.sees(rows);
    if (!this.#asked) this.#notifier.publish({ kind: "changed" });
    this.#asked = true;
  }

  reserve(job: NewcomerJob): Reservation | undefined {
    const rooms = this.#rooms;
    const chosen = rooms.choose([Math.random(), Math.random()], takenOf(job));
    if (chosen === undefined) return undefined;
    const { worker, address } = chosen;
    const settle = rooms.assign(worker);
    return {
      worker,
      take: ({ id }) => {
        settle(true);
        this.#notifier.publish({ kind: "assigned", to: address, worker, jobs: [id] });
      },
      giveUp: () => settle(false),
      doubt: () => settle(true), // if the job is there, its worker finds it
    };
  }

  roomSoon(job: NewcomerJob): Promise<void> | undefined {
    const taken = takenOf(job);
    return this.#rooms.someTake(taken) ? this.#waiting.wait(taken) : undefined;
  }
}

function takenOf({ workflow, topic }: NewcomerJob): Taken {
  return { workflow: workflow.name, topic };
}

/** Asks one after the other. */
export function firstOf(...placements: readonly Placement[]): Placement {
  return {
    reserve(job): Reservation | undefined {
      for (const placement of placements) {
        const reservation = placement.reserve(job);
        if (reservation !== undefined) return reservation;
      }
      return undefined;
    },
    roomSoon(job): Promise<void> | undefined {
      for (const placement of placements) {
        const soon = placement.roomSoon?.(job);
        if (soon !== undefined) return soon;
      }
      return undefined;
    },
  };
}
