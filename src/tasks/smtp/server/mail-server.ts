import type { ConnectionOptions } from "node:tls";
import { SmtpFailure } from "../failure.ts";
import type { SmtpSettings } from "../settings.ts";
import { type Envelope, Session } from "./session.ts";
import { trustOf } from "./trust.ts";
import { Turns } from "./turns.ts";

interface Kept {
  readonly session: Session;
  readonly timer: NodeJS.Timeout;
}

/** Sends mails over connections that are kept for a while. */
export class MailServer {
  readonly #settings: SmtpSettings;
  readonly #turns: Turns;
  readonly #kept: Kept[] = [];
  readonly #sending = new Set<AbortController>();
  #closing = false;
  #trust: ConnectionOptions | undefined;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
    this.#turns = new Turns(settings.maxConnections);
  }

  /** It sends nothing any more. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Reads the file that holds the authorities. Throws `SmtpFailure` where it cannot be used. */
  prepare(): void {
    this.#trust ??= trustOf(this.#settings);
  }

  /**
   * Sends a mail, within `timeoutMs` once a connection is free for it; answers what the server said when it took it. Rejects with `SmtpFailure`; with the signal's reason
   * where that came first.
   */
  async send(envelope: Envelope, message: Buffer, timeoutMs: number, signal: AbortSignal): Promise<string> {
    const ending = new AbortController();
    const abort = (): void => ending.abort(signal.reason);
    const tooLong = new SmtpFailure("send_timeout", `the mail was not taken within ${timeoutMs / 1000} s (timeout)`);
    let timer: NodeJS.Timeout | undefined;
    this.#sending.add(ending);
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      if (this.#closing) throw stopping();
      await this.#turns.begin(ending.signal);
      timer = setTimeout(() => ending.abort(tooLong), timeoutMs);
      try {
        return await this.#sendWithin(envelope, message, ending.signal);
      } finally {
        this.#turns.end();
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      this.#sending.delete(ending);
    }
  }

  /** Ends every connection; mails that are being sent are broken off. */
  close(): void {
    this.#closing = true;
    for (const ending of this.#sending) ending.abort(stopping());
    for (const { session, timer } of this.#kept.splice(0)) {
      clearTimeout(timer);
      session.quit();
    }
  }

  /** Where a kept connection turns out to be closed before anything of the mail was taken, it is sent over a new one: a server that closes idle connections is no failure. */
  async #sendWithin(envelope: Envelope, message: Buffer, signal: AbortSignal): Promise<string> {
    const kept = this.#takeKept();
    if (kept !== undefined) {
      try {
        return await this.#sendOn(kept, envelope, message, signal);
      } catch (error) {
        if (kept.begun || !isOver(error)) throw error;
      }
    }
    this.prepare();
    const fresh = await Session.open(this.#settings, this.#trust ?? {}, signal);
    return this.#sendOn(fresh, envelope, message, signal);
  }

  async #sendOn(session: Session, envelope: Envelope, message: Buffer, signal: AbortSignal): Promise<string> {
    const reply = await session.send(envelope, message, signal);
    this.#keep(session);
    return reply;
  }

  #takeKept(): Session | undefined {
    for (let kept = this.#kept.pop(); kept !== undefined; kept = this.#kept.pop()) {
      clearTimeout(kept.timer);
      if (kept.session.usable) return kept.session;
    }
    return undefined;
  }

  #keep(session: Session): void {
    if (!session.usable) return;
    if (session.mails >= this.#settings.maxMailsPerConnection || this.closing) return session.quit();
    const timer = setTimeout(() => {
      this.#kept.splice(this.#kept.indexOf(kept), 1);
      session.quit();
    }, this.#settings.keepAliveMs);
    const kept: Kept = { session, timer };
    this.#kept.push(kept);
  }
}

function stopping(): Error {
  return new Error("the worker is stopping");
}

/** The server ended the connection, or says that it does (421). */
function isOver(error: unknown): boolean {
  return error instanceof SmtpFailure && (error.code === "connection_lost" || error.details.replyCode === 421);
}
