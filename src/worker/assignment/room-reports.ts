/** How often the room is looked at while jobs come and go. */
const lookEveryMs = 20;

/** News that nobody is in a hurry for is told after so many looks: each report costs the bus a message that wakes every process. */
const looksUntilTold = 12;

/** A change of the room by this share of the capacity, or so many jobs that came or left, is told at the next look. */
const largeShare = 0.25;

/** Tells those who start jobs how many more this worker could take, as often as that is worth it. */
export class RoomReports {
  readonly #large: number;
  readonly #room: () => number;
  readonly #tell: (room: number) => void;
  #told: number | undefined;
  #moves = 0;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `capacity`: the room of a worker that has nothing to do. */
  constructor(capacity: number, room: () => number, tell: (room: number) => void) {
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
    const room = this.#room();
    const isNews = room !== this.#told || (this.#moves > 0 && room > 0); // nobody assigns where there is no room
    this.#moves = 0;
    this.#looks = 0;
    this.#told = room;
    if (isNews) this.#tell(room);
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

  #isUrgent(room: number): boolean {
    const told = this.#told;
    if (told === undefined || (told === 0) !== (room === 0)) return true;
    return room > 0 && (Math.abs(room - told) >= this.#large || this.#moves >= this.#large);
  }
}
