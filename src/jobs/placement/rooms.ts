import type { WorkerId } from "../../model/ids.ts";
import { type Taken, type Takes, takes, takesByDefault } from "../../model/takes.ts";
import type { WorkerRow } from "../../store/store.ts";

/** What was told to a worker so shortly before a report came was on its way when the report was written. */
const onItsWayMs = 10;

/** A heartbeat tells the room of the moment when it was sent; what a hint told so shortly before its row was read is newer. */
const hintOutlivesMs = 1500;

/** A worker that gave no sign of life for this share of its lease gets nothing more: it has missed one heartbeat at least. */
const silentShare = 0.5;

/**
 * A worker answers what it is assigned with a report, within a quarter of a second. One that was assigned something and has given no sign of
 * life for so long since is dead or stopped, most likely: what it got on top of that would wait for its lease to end.
 */
const unansweredMs = 1000;

interface Known {
  readonly address: string;
  readonly leaseMs: number;
  readonly takes: Takes;
  beat: number;
  /** When it was last known to live, when a hint last told its room; monotonic ms. */
  aliveAt: number;
  hintAt: number;
  /** As last reported; of these workflows it takes none. */
  room: number;
  but: ReadonlySet<string>;
  /** Jobs that are being stored: however long that takes, no report knows of them. */
  storing: number;
  /** When jobs were stored that the report cannot know of. */
  assignedAt: number[];
}

export interface Candidate {
  readonly worker: WorkerId;
  readonly address: string;
}

/**
 * How many more jobs each worker of the fleet could take, as far as this process knows: what the worker reported last, less what was
 * assigned since. Others assign too, so it is an estimate: a worker that gets too many gives them back.
 */
export class Rooms {
  readonly #known = new Map<WorkerId, Known>();
  readonly #now: () => number;
  #looked = false;

  /** `now` is a monotonic clock, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * The rows of all workers; who is not among them is gone. A row of the first look may be that of one long dead: it counts when its
   * beat has moved. One that comes later belongs to a worker that has just begun.
   */
  sees(rows: readonly WorkerRow[]): void {
    const living = new Set(rows.filter(({ ended }) => ended !== true).map(({ id }) => id));
    for (const worker of this.#known.keys()) if (!living.has(worker)) this.#known.delete(worker);
    for (const row of rows) if (living.has(row.id)) this.#see(row);
    this.#looked = true;
  }

  /** A worker said how many more jobs it could take, and of which workflows none. One that no row told of yet is not known. */
  reports(worker: WorkerId, room: number, but: readonly string[] = []): void {
    const known = this.#known.get(worker);
    if (known === undefined) return;
    known.but = new Set(but);
    known.aliveAt = known.hintAt = this.#now();
    this.#report(known, room);
  }

  /**
   * A worker for a job. Of two drawn by chance, the one with more room: Mitzenmacher, "The Power of Two Choices", 2001. Chances
   * are at least 0, under 1.
   */
  choose(chance: readonly [number, number], job: Taken): Candidate | undefined {
    const open = [...this.#known].filter(
      ([, known]) => wants(known, job) && this.#isAlive(known) && this.#answers(known) && estimate(known) > 0,
    );
    const [a, b] = chance.map((one) => open[Math.floor(one * open.length)]);
    if (a === undefined || b === undefined) return undefined;
    const [worker, { address }] = estimate(b[1]) > estimate(a[1]) ? b : a;
    return { worker, address };
  }

  /** Some worker lives that would take such a job, whether or not it has room. */
  someTake(job: Taken): boolean {
    for (const known of this.#known.values()) if (this.#isAlive(known) && wants(known, job)) return true;
    return false;
  }

  /** That worker is known, and takes such a job, as far as it said. */
  takes(worker: WorkerId, job: Taken): boolean {
    const known = this.#known.get(worker);
    return known !== undefined && wants(known, job);
  }

  /** A job is being stored with that worker's lease. The answer is to be called once: with whether it may be, when that is known. */
  assign(worker: WorkerId): (stored: boolean) => void {
    const known = this.#known.get(worker);
    if (known === undefined) return () => undefined;
    known.storing += 1;
    return (stored) => {
      known.storing -= 1;
      if (stored) known.assignedAt.push(this.#now());
    };
  }

  #see({ id, address, leaseMs, takes: taken = takesByDefault, beat, room }: WorkerRow): void {
    const now = this.#now();
    const known = this.#known.get(id);
    if (known === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      const aliveAt = this.#looked ? now : never;
      const unknown = { but: new Set<string>(), storing: 0, assignedAt: [] };
      this.#known.set(id, { address, leaseMs, takes: taken, beat, aliveAt, hintAt: never, room, ...unknown });
    } else if (known.beat !== beat) {
      known.beat = beat;
      known.aliveAt = now;
      if (now - known.hintAt > hintOutlivesMs) this.#report(known, room);
    }
  }

  #report(known: Known, room: number): void {
    known.room = room;
    const since = this.#now() - onItsWayMs;
    known.assignedAt = known.assignedAt.filter((at) => at > since);
  }

  #isAlive({ aliveAt, leaseMs }: Known): boolean {
    return this.#now() - aliveAt < leaseMs * silentShare;
  }

  #answers({ aliveAt, assignedAt: [unanswered] }: Known): boolean {
    return unanswered === undefined || this.#now() - Math.max(unanswered, aliveAt) < unansweredMs;
  }
}

function wants({ but, takes: taken }: Known, job: Taken): boolean {
  return !but.has(job.workflow) && takes(taken, job);
}

function estimate({ room, storing, assignedAt }: Known): number {
  return room - storing - assignedAt.length;
}
