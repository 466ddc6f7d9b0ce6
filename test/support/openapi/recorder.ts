import { subscribe } from "node:diagnostics_channel";
import { securityHeaders } from "../../../src/api/security-headers.ts";
import type { Exchange } from "./exchange.ts";

/** Bytes of a body that are kept, and exchanges of one test: enough for what tests assert, and not for their floods. */
const mostBytes = 1024 * 1024;
const mostExchanges = 1000;

interface UndiciRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (string | readonly string[])[];
}

interface Message {
  readonly request: UndiciRequest;
  readonly chunk?: Uint8Array | string;
  readonly response?: { readonly statusCode: number; readonly headers: readonly Buffer[] };
}

class Body {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Uint8Array | string): void {
    const bytes = Buffer.from(chunk);
    if (this.#size < mostBytes) this.#chunks.push(bytes);
    this.#size += bytes.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get isWhole(): boolean {
    return this.#size <= mostBytes;
  }
}

interface Open {
  readonly sent: Body;
  readonly received: Body;
  status: number;
  headers: ReadonlyMap<string, string>;
}

/**
 * Notes what this process asks our API and what it is answered, whoever asks: Node's `fetch` and undici tell of all their calls on these channels. Answers
 * of other services are told apart by their headers.
 */
export class Recorder {
  #ended: Exchange[] = [];

  constructor() {
    const open = new WeakMap<UndiciRequest, Open>();
    const on = (name: string, heard: (message: Message, exchange: Open) => void): void =>
      subscribe(`undici:request:${name}`, (message) => {
        const known = open.get((message as Message).request);
        if (known !== undefined) heard(message as Message, known);
      });
    subscribe("undici:request:create", (message) => {
      open.set((message as Message).request, { sent: new Body(), received: new Body(), status: 0, headers: new Map() });
    });
    on("bodyChunkSent", ({ chunk = "" }, { sent }) => sent.add(chunk));
    on("bodyChunkReceived", ({ chunk = "" }, { received }) => received.add(chunk));
    on("headers", ({ response }, exchange) => {
      exchange.status = response?.statusCode ?? 0;
      exchange.headers = byName(response?.headers ?? []);
    });
    on("trailers", ({ request }, exchange) => this.#end(request, exchange));
    on("error", ({ request }, exchange) => {
      if (exchange.status > 0) this.#end(request, exchange, "cut"); // a stream that nobody reads to its end
    });
  }

  /** What has ended since. */
  take(): readonly Exchange[] {
    const taken = this.#ended;
    this.#ended = [];
    return taken;
  }

  #end({ method, path, headers }: UndiciRequest, exchange: Open, end: "whole" | "cut" = "whole"): void {
    const { sent, received, status, headers: answered } = exchange;
    if (this.#ended.length >= mostExchanges || !isOurs(answered)) return;
    this.#ended.push({
      method,
      target: path,
      requestHeaders: byName(headers.flat()),
      requestBody: sent.bytes,
      status,
      headers: answered,
      body: received.bytes,
      isWhole: end === "whole" && sent.isWhole && received.isWhole,
    });
  }
}

function isOurs(headers: ReadonlyMap<string, string>): boolean {
  return headers.get("content-security-policy") === securityHeaders["content-security-policy"];
}

function byName(flat: readonly (Buffer | string)[]): Map<string, string> {
  const named = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) named.set(String(flat[at]).toLowerCase(), String(flat[at + 1]));
  return named;
}
