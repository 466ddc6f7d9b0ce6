import type { WorkerId } from "../../model/ids.ts";
import type { WorkerRow } from "../../store/store.ts";

interface Observation {
  readonly beat: number;
  /** When it was seen first, on this process's monotonic clock. */
  readonly seenMs: number;
}

/** When workers were heard of last, as a process that looks at their rows now and then sees their beats change: no clock of another machine is asked. */
export class LastBeats {
  readonly #now: () => number;
  #seen = new Map<WorkerId, Observation>();

  /** `now` is a monotonic clock, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** All workers, as the store has them. */
  sees(rows: readonly WorkerRow[]): void {
    const seenMs = this.#now();
    this.#seen = new Map(
      rows.map(({ id, beat }) => {
        const before = this.#seen.get(id);
        return [id, before?.beat === beat ? before : { beat, seenMs }];
      }),
    );
  }

  /** For how long nothing was heard of a worker, in ms; at most so long, where this process began to look in between. Undefined where it has not seen it yet. */
  silentForMs({ id, beat }: Pick<WorkerRow, "id" | "beat">): number | undefined {
    const seen = this.#seen.get(id);
    if (seen === undefined) return undefined;
    return seen.beat === beat ? this.#now() - seen.seenMs : 0;
  }
}
