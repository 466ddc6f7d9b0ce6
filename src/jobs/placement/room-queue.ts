import { defaultTopic, type Taken } from "../../model/takes.ts";

/** A start that waits so long without any room becoming free, in ms, has waited in vain. */
const patienceMs = 100;

/** Longest that a start waits, on top of its durable write, while room does become free and others are before it; in ms. */
export const longestWaitMs = 250;

/** More than these of one topic do not wait: they come faster than the fleet can take them. */
const longestQueue = 256;

/** After one has waited in vain, one start of its topic in so many ms tries again whether waiting is worth it. */
const doubtMs = 1000;

interface Waiting {
  readonly job: Taken;
  readonly experience: Experience;
  readonly since: number;
  readonly done: () => void;
  timer: NodeJS.Timeout;
}

/** What came of waiting, of one topic: others have other workers. Monotonic ms. */
interface Experience {
  waiting: number;
  admittedAt: number;
  /** Since when nobody waits; undefined while it is worth it. */
  doubtsSince: number | undefined;
}

/** Starts that wait for room in the fleet, first come, first served; as long as experience says that it comes within a moment. */
export class RoomQueue {
  readonly #waiting = new Set<Waiting>();
  /** By topic: as many as there are definitions, at most. */
  readonly #experiences = new Map<string, Experience>();

  /** Resolves when it is this one's turn or its patience is over; undefined where waiting has proved useless lately. */
  wait(job: Taken): Promise<void> | undefined {
    const experience = this.#experienceOf(job);
    if (!isWorthIt(experience)) return undefined;
    return new Promise((done) => {
      const timer = this.#look(() => this.#impatient(waiting));
      const waiting: Waiting = { job, experience, since: performance.now(), done, timer };
      this.#waiting.add(waiting);
      experience.waiting += 1;
    });
  }

  /** There is room for so many of those for which `takes` holds; it is nothing to the others. */
  admit(room: number, takes: (job: Taken) => boolean): void {
    let left = room;
    for (const waiting of this.#waiting) {
      if (left <= 0) return;
      if (!takes(waiting.job)) continue;
      left -= 1;
      waiting.experience.admittedAt = performance.now();
      waiting.experience.doubtsSince = undefined;
      this.#leave(waiting);
    }
  }

  #experienceOf({ topic = defaultTopic }: Taken): Experience {
    const known = this.#experiences.get(topic);
    if (known !== undefined) return known;
    const none: Experience = { waiting: 0, admittedAt: Number.NEGATIVE_INFINITY, doubtsSince: undefined };
    this.#experiences.set(topic, none);
    return none;
  }

  #look(then: () => void): NodeJS.Timeout {
    return setTimeout(then, patienceMs);
  }

  #impatient(waiting: Waiting): void {
    const { experience, since } = waiting;
    const now = performance.now();
    const roomComes = now - experience.admittedAt < patienceMs;
    if (roomComes && now - since < longestWaitMs - patienceMs) {
      waiting.timer = this.#look(() => this.#impatient(waiting));
      return;
    }
    if (!roomComes) experience.doubtsSince = now;
    this.#leave(waiting);
  }

  #leave(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    waiting.experience.waiting -= 1;
    waiting.done();
  }
}

function isWorthIt(experience: Experience): boolean {
  const { waiting, doubtsSince } = experience;
  if (doubtsSince === undefined) return waiting < longestQueue;
  if (waiting > 0 || performance.now() - doubtsSince < doubtMs) return false;
  experience.doubtsSince = performance.now(); // this one tries; the others do not wait for what it learns
  return true;
}
