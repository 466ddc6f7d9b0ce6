import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../../../model/log.ts";
import { NatsFailure } from "../failure.ts";
import type { NatsAddress, NatsSettings } from "../settings.ts";
import type { Link } from "./link.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Between two tries to connect. */
const pauseMs = 250;

/**
 * The one connection of a process, shared by all attempts: made when first needed, and again when it is needed and gone. Whoever needs it while
 * the servers are away waits until they have been away for the time to connect; whoever comes later learns from one try that they still are.
 */
export class Connection {
  readonly #address: NatsAddress;
  readonly #settings: NatsSettings;
  #log: Log | undefined;
  #link: Link | undefined;
  #dialing: Promise<Link> | undefined;
  /** Since when every try failed, and the last of them. */
  #away: { readonly sinceMs: number; readonly lastMs: number } | undefined;
  readonly #closing = new AbortController();

  constructor(address: NatsAddress, settings: NatsSettings) {
    this.#address = address;
    this.#settings = settings;
  }

  /** From now on it tells when a connection is made or lost, and when none can be made. */
  tellTo(log: Log): void {
    this.#log = log;
  }

  /** Rejects with `NatsFailure`, or with the signal's reason when that is aborted. */
  async open(signal: AbortSignal): Promise<Link> {
    const untilMs = performance.now() + this.#settings.connectTimeoutMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.#closed) throw new NatsFailure("connect_failed", "the worker ends its connections");
      if (this.#link?.isOpen === true) return this.#link;
      this.#dialing ??= this.#dial();
      try {
        return await unlessAborted(this.#within(untilMs, this.#dialing), signal);
      } catch (error) {
        if (!(error instanceof NatsFailure) || !mayPass(error) || this.#isLongAway()) throw error;
      }
      await delay(pauseMs, undefined, { signal });
    }
  }

  /** Ends the connection, or the try to make one; none is made any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#dialing?.catch(() => undefined); // whoever waits for it is told
    await this.#link?.close();
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #dial(): Promise<Link> {
    try {
      const { dial } = await import("./dial.ts"); // with the client library, which most installations do without
      const link = await dial(this.#address, this.#settings, this.#closing.signal);
      if (this.#closed) await link.close();
      this.#link = link;
      this.#away = undefined;
      this.#log?.info({ server: link.server }, "connected to NATS");
      void link.closed.then((reason) => this.#lost(link, reason));
      return link;
    } catch (error) {
      if (!this.#closed) this.#failed(error instanceof NatsFailure ? error.message : "the client cannot be loaded");
      throw error;
    } finally {
      this.#dialing = undefined;
    }
  }

  async #within(untilMs: number, dialing: Promise<Link>): Promise<Link> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const { connectTimeoutMs } = this.#settings;
    const failure = new NatsFailure(
      "connect_timeout",
      `no connection to ${this.#address.shown} within ${connectTimeoutMs} ms`,
    );
    const timer = setTimeout(() => reject(failure), Math.max(0, untilMs - performance.now()));
    try {
      return await Promise.race([dialing, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(reason: string): void {
    const nowMs = performance.now();
    // What nobody looked at for so long is another outage.
    if (this.#away !== undefined && nowMs - this.#away.lastMs <= this.#settings.connectTimeoutMs) {
      this.#away = { ...this.#away, lastMs: nowMs };
      return;
    }
    this.#away = { sinceMs: nowMs, lastMs: nowMs };
    this.#log?.warn({ server: this.#address.shown, reason }, "NATS cannot be reached");
  }

  #isLongAway(): boolean {
    const sinceMs = this.#away?.sinceMs ?? performance.now();
    return performance.now() + pauseMs - sinceMs >= this.#settings.connectTimeoutMs;
  }

  #lost(link: Link, reason: string | undefined): void {
    if (this.#link === link) this.#link = undefined;
    if (this.#closed) return;
    const why = reason === undefined ? {} : { reason };
    this.#log?.warn({ server: link.server, ...why }, "the connection to NATS is lost; the next task makes a new one");
  }
}

/** What a server that is started again mends. */
function mayPass({ code }: NatsFailure): boolean {
  return code === "dns_failed" || code === "connect_failed";
}
