/** At most so often is room told: each report costs the bus a message. */
const reportEveryMs = 20;

/** Tells those who start jobs how many more this worker could take, as often as that is worth it. */
export class RoomReports {
  readonly #room: () => number;
  readonly #tell: (room: number) => void;
  #told: number | undefined;
  #jobsMoved = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(room: () => number, tell: (room: number) => void) {
    this.#room = room;
    this.#tell = tell;
  }

  /** A job came or left, or a new life began: told even where the room is the same, as others have counted what they assigned. */
  jobMoved(): void {
    this.#jobsMoved = true;
    this.check();
  }

  /** The room may be another. */
  check(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => this.now(), reportEveryMs);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const room = this.#room();
    if (!this.#jobsMoved && room === this.#told) return;
    this.#jobsMoved = false;
    this.#told = room;
    this.#tell(room);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
