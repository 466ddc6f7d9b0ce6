import type { JobId } from "../../model/ids.ts";
import type { Log } from "../../model/log.ts";
import type { Hint, Notifier } from "../../notifier/notifier.ts";
import type { JobSearch } from "../../store/search.ts";
import { Bell } from "./bell.ts";
import type { OwnChange, OwnChanges } from "./own-changes.ts";
import { watchedForMs } from "./watched-elsewhere.ts";

/** One watcher of one job. */
export interface Watching {
  /** Resolves when the job may have changed since the last time, or after so many milliseconds: whether it may have. */
  changed(withinMs: number): Promise<boolean>;
  /** What this process stored of the job last, since the watch began. */
  readonly seen: OwnChange | undefined;
  /** How often it was woken by anything else: then the job may be newer than what was seen. */
  readonly wakes: number;
  /** Ends a wait too. */
  end(): void;
}

/** What is known of a watched job. */
interface Watched {
  readonly watchers: Set<Watcher>;
  /** As the last look, or a commit of this process, found it; 0: there is no such job; undefined: nobody looked. */
  version: number | undefined;
  /** Until the look after the next one, in ms. */
  pauseMs: number;
  /** Of the next look, monotonic. */
  dueAt: number;
}

/** Jobs of one look, as the store takes them. */
const jobsPerLook = 1000;

/** Right after somebody began to watch, hints may not find here yet; what has changed just now soon changes again. */
const shortestPauseMs = 50;

/** Between two looks at a job that no hint tells of: while hints come, and while they do not. */
const longestPauseMs = { healthy: 5000, deaf: 1000 };

/** After a look rest for so many times what it took, and at least for so many ms: the store has other things to do. */
const restFactor = 4;
const shortestRestMs = 20;

export interface JobWatchParts {
  readonly search: Pick<JobSearch, "versions">;
  readonly notifier: Notifier;
  /** Absent: this process changes nothing. */
  readonly changes?: OwnChanges;
  readonly log: Log;
}

/**
 * Tells watchers that their job may have changed: by what this process commits, by hints of the others, and by looks at the versions of all watched jobs
 * in one read, which are the net. Without watchers it asks nobody and says nothing.
 */
export class JobWatch {
  readonly #parts: JobWatchParts;
  readonly #watched = new Map<JobId, Watched>();
  #endSubscriptions: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #looking = false;
  #restUntil = 0;
  #isWell = true;

  constructor(parts: JobWatchParts) {
    this.#parts = parts;
  }

  /** Begins at once: what is committed from now on wakes the watcher. The job need not be there yet. */
  watch(id: JobId): Watching {
    this.#listen();
    const watched = this.#watched.get(id) ?? this.#begin(id);
    const watcher = new Watcher(() => {
      watched.watchers.delete(watcher);
      if (watched.watchers.size === 0 && this.#watched.get(id) === watched) this.#watched.delete(id);
      if (this.#watched.size === 0) this.stop();
      watcher.wake();
    });
    watched.watchers.add(watcher);
    watched.pauseMs = shortestPauseMs;
    watched.dueAt = Math.min(watched.dueAt, performance.now() + shortestPauseMs);
    this.#schedule();
    return watcher;
  }

  /** Nothing more is asked or heard; whoever still watches is woken no more. */
  stop(): void {
    this.#endSubscriptions?.();
    this.#endSubscriptions = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#renewal);
    this.#timer = undefined;
    this.#watched.clear();
  }

  #begin(id: JobId): Watched {
    const watched = { watchers: new Set<Watcher>(), version: undefined, pauseMs: 0, dueAt: Number.POSITIVE_INFINITY };
    this.#watched.set(id, watched);
    this.#announce([id]);
    return watched;
  }

  #listen(): void {
    if (this.#endSubscriptions !== undefined) return;
    const { notifier, changes } = this.#parts;
    const ends = [
      notifier.subscribe((hint) => this.#hear(hint)),
      changes?.subscribe((change) => this.#ownChange(change)),
    ];
    this.#endSubscriptions = () => {
      for (const end of ends) end?.();
    };
    this.#renewal = setInterval(() => this.#announce([...this.#watched.keys()]), watchedForMs / 3).unref();
  }

  /** Whoever commits one of these is asked to tell. */
  #announce(jobs: readonly JobId[]): void {
    const { notifier } = this.#parts;
    notifier.publish({ kind: "watching", at: notifier.address, jobs });
  }

  #ownChange(change: OwnChange): void {
    const watched = this.#watched.get(change.job.id);
    if (watched === undefined) return;
    watched.version = change.removed ? 0 : change.job.version;
    for (const watcher of watched.watchers) watcher.sees(change);
  }

  #hear(hint: Hint): void {
    if (hint.kind === "progressed") for (const id of hint.jobs) this.#wakeAll(this.#watched.get(id));
    if (hint.kind !== "changed") return;
    const now = performance.now();
    for (const watched of this.#watched.values()) watched.dueAt = now;
    this.#schedule();
  }

  #wakeAll(watched: Watched | undefined): void {
    for (const watcher of watched?.watchers ?? []) watcher.wake();
  }

  #schedule(): void {
    if (this.#looking || this.#watched.size === 0) return;
    clearTimeout(this.#timer);
    let dueAt = Number.POSITIVE_INFINITY;
    for (const watched of this.#watched.values()) dueAt = Math.min(dueAt, watched.dueAt);
    const waitMs = Math.max(dueAt, this.#restUntil) - performance.now();
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, waitMs)).unref();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const begin = performance.now();
    const due = [...this.#watched].filter(([, { dueAt }]) => dueAt <= begin + shortestRestMs); // who is due before the next look could be comes along
    for (const [, watched] of due) this.#put(watched, begin);
    try {
      for (let from = 0; from < due.length; from += jobsPerLook)
        await this.#compare(due.slice(from, from + jobsPerLook));
      if (due.length > 0) this.#isWell = true;
    } catch (error) {
      if (this.#isWell) this.#parts.log.warn({ err: error }, "watched jobs cannot be looked at: it is tried again");
      this.#isWell = false;
    }
    const end = performance.now();
    this.#restUntil = end + Math.max(shortestRestMs, restFactor * (end - begin));
    this.#looking = false;
    this.#schedule();
  }

  /** Off to the next time. */
  #put(watched: Watched, now: number): void {
    const longest = this.#parts.notifier.healthy ? longestPauseMs.healthy : longestPauseMs.deaf;
    watched.dueAt = now + watched.pauseMs;
    watched.pauseMs = Math.min(longest, watched.pauseMs * 2);
  }

  async #compare(due: readonly (readonly [JobId, Watched])[]): Promise<void> {
    const before = due.map(([, { version }]) => version);
    const versions = await this.#parts.search.versions(due.map(([id]) => id));
    for (const [index, [id, watched]] of due.entries()) {
      const version = versions.get(id) ?? 0;
      // A commit of this process may be newer than what was read; it has been told.
      if (watched.version !== before[index] || watched.version === version) continue;
      watched.version = version;
      watched.pauseMs = shortestPauseMs;
      watched.dueAt = Math.min(watched.dueAt, performance.now() + shortestPauseMs);
      this.#wakeAll(watched);
    }
  }
}

class Watcher implements Watching {
  readonly #bell = new Bell();
  readonly end: () => void;
  #seen: OwnChange | undefined;
  #wakes = 0;

  constructor(end: () => void) {
    this.end = end;
  }

  get seen(): OwnChange | undefined {
    return this.#seen;
  }

  get wakes(): number {
    return this.#wakes;
  }

  changed(withinMs: number): Promise<boolean> {
    return this.#bell.rung(withinMs);
  }

  sees(change: OwnChange): void {
    this.#seen = change;
    this.#bell.ring();
  }

  wake(): void {
    this.#wakes++;
    this.#bell.ring();
  }
}
