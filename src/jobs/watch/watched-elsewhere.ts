import type { JobId } from "../../model/ids.ts";
import type { Hint, Notifier } from "../../notifier/notifier.ts";
import type { OwnChanges } from "./own-changes.ts";

/** What a server said that it watches counts for so long; it says it again three times meanwhile. */
export const watchedForMs = 60_000;

/** Jobs at most, some 100 bytes each: of more, the oldest are forgotten, and their watchers find out by looking. */
const mostJobs = 50_000;

/** Servers that are told of one job, at most. */
const mostServers = 16;

/**
 * Knows which jobs other processes watch, as their hints say, and tells them when this process has changed one. A hint may be lost: whoever
 * watches looks at the store too.
 */
export class WatchedElsewhere {
  readonly #notifier: Notifier;
  readonly #ends: readonly (() => void)[];
  /** Addresses, with the time (monotonic) until which each counts; the job that was named last stands last. */
  readonly #watched = new Map<JobId, Map<string, number>>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(notifier: Notifier, changes: OwnChanges) {
    this.#notifier = notifier;
    this.#ends = [notifier.subscribe((hint) => this.#hear(hint)), changes.subscribe(({ job }) => this.#tellOf(job.id))];
  }

  stop(): void {
    for (const end of this.#ends) end();
    clearTimeout(this.#sweep);
  }

  #hear(hint: Hint): void {
    if (hint.kind !== "watching" || hint.at === this.#notifier.address) return;
    const until = performance.now() + watchedForMs;
    for (const id of hint.jobs) this.#remember(id, hint.at, until);
    this.#sweep ??= setTimeout(() => this.#forgetOld(), watchedForMs).unref();
  }

  #remember(id: JobId, address: string, until: number): void {
    const servers = this.#watched.get(id) ?? new Map<string, number>();
    if (servers.size < mostServers || servers.has(address)) servers.set(address, until);
    this.#watched.delete(id);
    this.#watched.set(id, servers);
    if (this.#watched.size <= mostJobs) return;
    const [oldest] = this.#watched.keys();
    if (oldest !== undefined) this.#watched.delete(oldest);
  }

  #tellOf(id: JobId): void {
    const servers = this.#watched.get(id);
    if (servers === undefined) return;
    const now = performance.now();
    for (const [to, until] of servers) {
      if (until < now) servers.delete(to);
      else this.#notifier.publish({ kind: "progressed", to, jobs: [id] });
    }
    if (servers.size === 0) this.#watched.delete(id);
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [id, servers] of this.#watched) {
      for (const [address, until] of servers) if (until < now) servers.delete(address);
      if (servers.size === 0) this.#watched.delete(id);
    }
    this.#sweep = this.#watched.size === 0 ? undefined : setTimeout(() => this.#forgetOld(), watchedForMs).unref();
  }
}
