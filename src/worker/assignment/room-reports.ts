/** How often the room is looked at while jobs come and go. */
const lookEveryMs = 20;

/** News that nobody is in a hurry for is told after so many looks: each report costs the bus a message that wakes every process. */
const looksUntilTold = 12;

/**
 * A change of the room by this share of the capacity, or so many jobs that came or left, is told at the next look. Where there is more room than that, half of
 * it has to change, or be used and free again: whoever was told of the other half can go on with it.
 */
const largeShare = 0.25;

/** Every process that starts jobs gets each report: one with more names would cost the bus more than it is worth. */
const namesAtMost = 50;

export interface RoomReport {
  readonly room: number;
  /** Sorted names of workflows of which it takes none. */
  readonly but?: readonly string[];
}

/** `but`: in any order, and some twice, perhaps. A worker that knows too many of them takes jobs by its own claims alone. */
export function reportOf(room: number, but: readonly string[]): RoomReport {
  const sorted = [...new Set(but)].sort();
  if (sorted.length > namesAtMost) return { room: 0 };
  return { room, ...(sorted.length > 0 && { but: sorted }) };
}

/** Tells those who start jobs how many more this worker could take, as often as that is worth it. */
export class RoomReports {
  readonly #large: number;
  readonly #room: () => RoomReport;
  readonly #tell: (report: RoomReport) => void;
  #told: RoomReport | undefined;
  #moves = 0;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `capacity`: the room of a worker that has nothing to do. */
  constructor(capacity: number, room: () => RoomReport, tell: (report: RoomReport) => void) {
    this.#large = Math.max(1, capacity * largeShare);
    this.#room = room;
    this.#tell = tell;
  }

  /** A job came or left, or a new life began: told even where the room is the same, as others have counted what they assigned. */
  jobMoved(): void {
    this.#moves += 1;
    this.check();
  }

  /** The room may be another. */
  check(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => this.#look(), lookEveryMs);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const report = this.#room();
    const isAnother = report.room !== this.#told?.room || names(report) !== names(this.#told);
    const isNews = isAnother || (this.#moves > 0 && report.room > 0); // nobody assigns where there is no room
    this.#moves = 0;
    this.#looks = 0;
    this.#told = report;
    if (isNews) this.#tell(report);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#looks += 1;
    if (this.#isUrgent(this.#room()) || this.#looks >= looksUntilTold) return this.now();
    this.#timer = setTimeout(() => this.#look(), lookEveryMs);
  }

  #isUrgent(report: RoomReport): boolean {
    const { room } = report;
    const told = this.#told?.room;
    if (told === undefined || (told === 0) !== (room === 0) || names(report) !== names(this.#told)) return true;
    return (
      room > 0 &&
      (Math.abs(room - told) >= Math.max(this.#large, told / 2) || this.#moves >= Math.max(this.#large, told))
    );
  }
}

function names(report: RoomReport | undefined): string {
  return report?.but?.join() ?? "";
}
