import type { FastifyReply } from "fastify";
import { ChangeFeed } from "../../../jobs/watch/change-feed.ts";
import { JobWatch } from "../../../jobs/watch/job-watch.ts";
import { Overloaded } from "../../../model/errors.ts";
import type { ApiContext } from "../../context.ts";

/** A client that waits or watches. */
export interface Watcher {
  /** Aborted when the client goes away, or the server stops. */
  readonly signal: AbortSignal;
}

/** Everybody who waits for jobs or watches them at this server: how many there may be, and what they are told by. */
export class Watchers {
  readonly jobs: JobWatch;
  readonly feed: ChangeFeed;
  readonly #most: number;
  readonly #inside = new Set<AbortController>();
  #stopping = false;

  constructor({ deps, settings, logger: log }: ApiContext) {
    const { notifier, changes, store } = deps;
    const parts = { search: store.search, notifier, ...(changes !== undefined && { changes }), log };
    this.jobs = new JobWatch(parts);
    this.feed = new ChangeFeed(parts);
    this.#most = settings.maxWatchers;
  }

  /** From now until the answer is over; of one who has gone already nothing is kept. Throws `Overloaded`. */
  enter(reply: FastifyReply): Watcher {
    if (this.#inside.size >= this.#most)
      throw new Overloaded(`${this.#most} clients wait or watch here already (max_watchers)`, 5000);
    const leaving = new AbortController();
    if (reply.raw.destroyed) {
      leaving.abort();
      return { signal: leaving.signal };
    }
    this.#inside.add(leaving);
    reply.raw.once("close", () => {
      this.#inside.delete(leaving);
      leaving.abort();
    });
    // A server that stops must not wait for what the client asks next.
    onAbort(leaving.signal, () => {
      if (this.#stopping && !reply.raw.headersSent) reply.header("connection", "close");
    });
    if (this.#stopping) leaving.abort();
    return { signal: leaving.signal };
  }

  /** Everybody is answered with what is known. */
  stop(): void {
    this.#stopping = true;
    for (const leaving of this.#inside) leaving.abort();
  }
}

/** `wake` once the signal is aborted, also if it is already. */
export function onAbort(signal: AbortSignal, wake: () => void): void {
  if (signal.aborted) wake();
  else signal.addEventListener("abort", wake, { once: true });
}
