import type { Agent, Dispatcher } from "undici";
import type { HttpSettings } from "../settings.ts";
import { createAgent } from "./connections.ts";
import { createConnect, type Resolve } from "./connector.ts";
import { type Exchanged, type ExchangeLimits, exchange } from "./exchange.ts";

/** Sends requests over connections that are kept. */
export class HttpClient {
  readonly #kept: Agent;
  readonly #fresh: Agent;

  constructor(settings: HttpSettings, resolve: Resolve) {
    const connect = createConnect(settings.refusePrivate, resolve);
    this.#kept = createAgent(settings, connect, true);
    this.#fresh = createAgent(settings, connect, false);
  }

  /**
   * Sends a request. Where a kept connection turns out to be closed before the first byte of an answer, and the
   * request may be repeated, it is sent once more over a new one (RFC 9112 section 9.3.1): a service that closes
   * idle connections is no failure.
   */
  async send(
    request: Dispatcher.DispatchOptions,
    limits: ExchangeLimits,
    repeatable: boolean,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const exchanged = await exchange(this.#kept, request, limits, signal);
    if (exchanged.kind !== "failed" || !exchanged.stale || !repeatable) return exchanged;
    return exchange(this.#fresh, request, limits, signal);
  }

  /** Ends every connection, and what is sent on it. */
  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()]);
  }
}
