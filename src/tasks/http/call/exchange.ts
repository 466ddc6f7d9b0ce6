import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { reasonOf } from "../../attempt-failure.ts";
import { HttpFailure } from "./failure.ts";

/** How one request and its answer went. */
export type Exchanged =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** `stale`: a connection that was kept turned out to be closed, before the first byte of an answer. */
  | { readonly kind: "failed"; readonly failure: HttpFailure; readonly stale: boolean }
  /** The attempt's signal, or the end of the process. */
  | { readonly kind: "aborted" };

export interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** As received, not decompressed. */
  readonly body: Buffer;
  /** The body went on beyond `maxBytes`: the rest was not read. */
  readonly truncated: boolean;
}

/** A header of an answer; one that came more than once as a list (RFC 9110 section 5.2), although the type says that none does. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

export interface ExchangeLimits {
  readonly connectTimeoutMs: number;
  /** From the request's first byte to the answer's last. */
  readonly responseTimeoutMs: number;
  readonly maxBytes: number;
}

/** What an exchange needs to know of the connection that carries it. */
export interface Slot {
  /** Exchanges begun on the present connection. */
  begun: number;
  readonly reset: boolean;
  /** Ends the attempt to connect that is made for this exchange alone. */
  giveUp(exchange: Exchange, reason: Error): void;
}

/** Sends one request and reads its answer, within the limits. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve({ kind: "aborted" });
    else dispatcher.dispatch(request, new Exchange(limits, signal, resolve));
  });
}

/** What the client tells of one exchange, kept to its limits. */
export class Exchange implements Dispatcher.DispatchHandler {
  slot: Slot | undefined;
  readonly #limits: ExchangeLimits;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  #resolve: ((exchanged: Exchanged) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reused = false;
  #answering = false;
  #statusCode = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(limits: ExchangeLimits, signal: AbortSignal, resolve: (exchanged: Exchanged) => void) {
    this.#limits = limits;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#abort = () => this.#stop({ kind: "aborted" }, new Error("the attempt was aborted"));
    signal.addEventListener("abort", this.#abort);
  }

  get connectTimeoutMs(): number {
    return this.#limits.connectTimeoutMs;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, not aborted: nothing is sent, and the connection stays whole for the next.
    if (this.#resolve === undefined) throw new Error("the attempt ended before its request was sent");
    this.#controller = controller;
    if (this.slot !== undefined) this.#reused = this.slot.begun++ > 0;
    this.#timer = setTimeout(() => this.#timeOut(), this.#limits.responseTimeoutMs);
  }

  onResponseStarted(): void {
    this.#answering = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return; // an interim answer: the answer is still to come
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#limits.maxBytes - this.#bytes;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(chunk.length, room);
    if (chunk.length > room) this.#stop(this.#answered(true), new Error("the rest of the body is not wanted"));
  }

  onResponseEnd(): void {
    if (this.slot?.reset === true) this.#end(failed("body_incomplete", this.#interrupted("the connection was reset")));
    else this.#end(this.#answered(false));
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end(this.#failed(error));
  }

  /** Ends the exchange and, with it, its connection. */
  #stop(exchanged: Exchanged, reason: Error): void {
    const controller = this.#controller;
    this.#end(exchanged);
    if (controller === undefined) this.slot?.giveUp(this, reason);
    else controller.abort(reason);
  }

  #end(exchanged: Exchanged): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#abort);
    this.#shed();
    resolve(exchanged);
  }

  /** What is dead, but old to the collector of memory, keeps alive what it refers to, and so on through all later exchanges (docs/decisions/0004-engine-and-leases.md). */
  #shed(): void {
    this.#timer = undefined;
    this.#controller = undefined;
    this.#headers = {};
    this.#chunks = [];
  }

  #answered(truncated: boolean): Exchanged {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#bytes);
    return { kind: "answered", answer: { statusCode: this.#statusCode, headers: this.#headers, body, truncated } };
  }

  #timeOut(): void {
    const within = `within ${this.#limits.responseTimeoutMs} ms`;
    const ended =
      this.#statusCode === 0
        ? failed("response_timeout", `no answer ${within}`)
        : failed("body_timeout", `status ${this.#statusCode}, but its body was not complete ${within}`);
    this.#stop(ended, ended.failure);
  }

  #interrupted(reason: string): string {
    return `status ${this.#statusCode}, but its body ended early: ${reason}`;
  }

  #failed(error: Error): Exchanged {
    if (error instanceof HttpFailure) return { kind: "failed", failure: error, stale: false };
    const code = "code" in error ? String(error.code) : "";
    const reason = reasonOf(error);
    if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") return { kind: "aborted" };
    if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED") return failed("request_invalid", reason);
    const cut = code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || code === "HPE_INVALID_EOF_STATE";
    if (this.#statusCode > 0 && (cut || !code.startsWith("HPE_")))
      return failed("body_incomplete", this.#interrupted(reason));
    if (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") return failed("response_invalid", reason);
    const lost = new HttpFailure("connection_lost", `the connection was closed before an answer: ${reason}`, error);
    return { kind: "failed", failure: lost, stale: this.#reused && !this.#answering };
  }
}

function failed(code: HttpFailure["code"], message: string) {
  return { kind: "failed", failure: new HttpFailure(code, message), stale: false } as const satisfies Exchanged;
}
