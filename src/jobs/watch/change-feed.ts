import type { Log } from "../../model/log.ts";
import type { Notifier } from "../../notifier/notifier.ts";
import type { ChangedJob, ChangeMark, JobSearch } from "../../store/search.ts";
import { Bell } from "./bell.ts";
import type { OwnChanges } from "./own-changes.ts";
import { Turns } from "./turns.ts";

/** Of a poll. */
const jobsPerPoll = 1000;

/** Changes that are kept for those who follow, some kilobytes each: who is further behind reads for himself. */
const mostKept = 2000;

/** Between two polls when nothing tells of a change. */
const pollMs = 500;

/** After a poll rest for so many times what it took, and at least for so many ms. */
const restFactor = 4;
const shortestRestMs = 20;

/** Those who read for themselves at once, beside the feed: fewer than a store remembers what it told them. */
const readersAtOnce = 16;

/** For so many ms at least, where others wait. */
const longestTurnMs = 10_000;

export interface ChangeFeedParts {
  readonly search: Pick<JobSearch, "changed">;
  readonly notifier: Notifier;
  /** Absent: this process changes nothing. */
  readonly changes?: OwnChanges;
  readonly log: Log;
}

/** One who follows the changes of all jobs. */
export interface Following {
  /** Resolves when there is more, or after so many milliseconds: whether there may be. */
  changed(withinMs: number): Promise<boolean>;
  /** Ends a wait too. */
  end(): void;
}

/**
 * The changes of all jobs, numbered as this process came to know of them: one poller for all who follow, and only while somebody does. It keeps the latest ones;
 * whoever wants older ones, or was too slow, asks the store with a mark of his own, and comes back.
 */
export class ChangeFeed {
  /** Of those who read for themselves. */
  readonly turns = new Turns(readersAtOnce, longestTurnMs);
  readonly #parts: ChangeFeedParts;
  readonly #followers = new Set<Bell>();
  #kept: ChangedJob[] = [];
  /** Number of the first that is kept. */
  #first = 0;
  #mark: ChangeMark | undefined;
  #begun = Promise.withResolvers<void>();
  /** Counts the times that somebody began to follow when nobody did: a poll of an earlier time is of no use. */
  #life = 0;
  #endSubscriptions: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling = false;
  #restUntil = 0;
  #isWell = true;

  constructor(parts: ChangeFeedParts) {
    this.#parts = parts;
  }

  /** Resolves when every change from now on will be numbered. Rejects where the feed ends before. */
  async follow(): Promise<Following> {
    const bell = new Bell();
    if (this.#followers.size === 0) this.#begin();
    this.#followers.add(bell);
    const end = (): void => {
      if (this.#followers.delete(bell) && this.#followers.size === 0) this.stop();
      bell.ring();
    };
    await this.#begun.promise.catch((error: unknown) => {
      end();
      throw error;
    });
    return { changed: (withinMs) => bell.rung(withinMs), end };
  }

  /** The number that the next change will have. */
  get next(): number {
    return this.#first + this.#kept.length;
  }

  /** The changes from that number on; undefined where they are not kept any more. */
  from(number: number): readonly ChangedJob[] | undefined {
    return number < this.#first ? undefined : this.#kept.slice(number - this.#first);
  }

  stop(): void {
    this.#life++;
    this.#endSubscriptions?.();
    this.#endSubscriptions = undefined;
    clearTimeout(this.#timer);
    this.#followers.clear();
    this.#first = this.next;
    this.#kept = [];
    this.#mark = undefined;
  }

  #begin(): void {
    const { notifier, changes } = this.#parts;
    this.#begun = Promise.withResolvers<void>();
    this.#polling = false;
    const ends = [
      notifier.subscribe(({ kind }) => {
        if (kind === "changed") this.#schedule(0);
      }),
      changes?.subscribe(() => this.#schedule(0)),
    ];
    this.#endSubscriptions = () => {
      for (const end of ends) end?.();
    };
    void this.#poll();
  }

  #schedule(waitMs: number): void {
    if (this.#polling || this.#followers.size === 0) return;
    clearTimeout(this.#timer);
    const restMs = this.#restUntil - performance.now();
    this.#timer = setTimeout(() => void this.#poll(), Math.max(0, restMs, waitMs)).unref();
  }

  async #poll(): Promise<void> {
    const life = this.#life;
    this.#polling = true;
    const begin = performance.now();
    const isFull = await this.#read(life);
    if (life !== this.#life) return;
    const end = performance.now();
    this.#restUntil = isFull ? end : end + Math.max(shortestRestMs, restFactor * (end - begin));
    this.#polling = false;
    this.#schedule(isFull ? 0 : pollMs);
  }

  /** Whether there may be more at once. Never rejects. */
  async #read(life: number): Promise<boolean> {
    const since = this.#mark;
    try {
      const { jobs, mark, more } = await this.#parts.search.changed({
        ...(since !== undefined && { since }),
        limit: jobsPerPoll,
      });
      if (life !== this.#life) return false;
      this.#mark = mark;
      this.#begun.resolve();
      this.#isWell = true;
      this.#keep(jobs);
      return more === true;
    } catch (error) {
      if (life !== this.#life) return false;
      if (this.#isWell) this.#parts.log.warn({ err: error }, "changes of jobs cannot be read: it is tried again");
      this.#isWell = false;
      if (since === undefined) this.#begun.reject(error);
      return false;
    }
  }

  #keep(jobs: readonly ChangedJob[]): void {
    if (jobs.length === 0) return;
    this.#kept.push(...jobs);
    const over = this.#kept.length - mostKept;
    if (over > 0) {
      this.#kept.splice(0, over);
      this.#first += over;
    }
    for (const bell of this.#followers) bell.ring();
  }
}
