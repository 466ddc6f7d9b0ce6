import type { Workflows } from "../../../client/workflows.ts";
import type { CalledServer } from "../called-server.ts";

/**
 * Tells when it is worth to ask for a job again: by the events of a server, or after a pause where it has none for us, because it is older or has too many
 * watchers.
 */
export class JobSignal {
  readonly #leaving = new AbortController();
  readonly #watchedPauseMs: number;
  #isWatched = false;
  #hasNews = false;
  #wake: (() => void) | undefined;

  /** `watchedPauseMs`: while a server tells what happens, how seldom the job is asked for beside that. */
  constructor(server: CalledServer, id: string, watchedPauseMs: number) {
    this.#watchedPauseMs = watchedPauseMs;
    void this.#tryToFollow(server, id);
  }

  /** Resolves when something happened since the last time, or after a pause: `unwatchedMs` unless a server tells. At most `withinMs`. */
  async next(unwatchedMs: number, withinMs: number): Promise<void> {
    const waitMs = Math.max(0, Math.min(withinMs, this.#isWatched ? this.#watchedPauseMs : unwatchedMs));
    if (!this.#hasNews) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, waitMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    this.#hasNews = false;
  }

  end(): void {
    this.#leaving.abort();
  }

  async #tryToFollow(server: CalledServer, id: string): Promise<void> {
    try {
      await server.ask((client) => this.#follow(client, id));
    } catch {
      // Whoever asks for the job meets what is wrong.
    }
    this.#isWatched = false;
    this.#wake?.();
  }

  async #follow(client: Workflows, id: string): Promise<void> {
    const events = client.watch(id, { signal: this.#leaving.signal });
    while ((await events.next()).done !== true) {
      this.#isWatched = true;
      this.#hasNews = true;
      this.#wake?.();
    }
  }
}
