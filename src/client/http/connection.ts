import { NotSendable, WorkflowsApiError, WorkflowsConnectionError } from "../errors.ts";
import { checkOptions, onlySignal } from "../known-options.ts";
import { answerWith, failureOf } from "./answer.ts";
import { defaultRetry, pause, pauseMs, type RetryOptions } from "./pause.ts";
import { timerOf } from "./timer.ts";

export interface ConnectionOptions {
  /** Where the server is, as `https://flows.example` or, behind a proxy, `https://example.org/flows`. In a page: `location.origin`. */
  readonly url: string;
  /** An API token, where the server has any configured; never part of a URL or of an error's text. */
  readonly token?: string;
  /** Stands in for the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** For an answer to arrive, in milliseconds; default: 30,000; `Infinity`: for ever. Behind it the request counts as failed. Time that the server was asked to wait comes on top. */
  readonly timeoutMs?: number;
  readonly retry?: RetryOptions;
}

const clientNames = { url: true, token: true, fetch: true, timeoutMs: true, retry: true } as const;
const retryNames = { attempts: true, firstDelayMs: true, maxDelayMs: true } as const;

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request, as the API describes it. */
export interface Ask {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Parts of the path behind `/api/v1/`; they are percent-encoded here. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How long the server was asked to wait before it answers, in milliseconds. */
  readonly waitMs?: number;
  /**
   * When it may be sent again: `always` where a second one changes nothing; `when_refused` where it is certain that the first one was not taken, as the
   * server says with `overloaded`.
   */
  readonly repeat: "always" | "when_refused";
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
}

interface Prepared {
  readonly url: string;
  readonly init: RequestInit;
}

/** Statuses with which a server, or what stands before it, says that it cannot work now. */
const unavailable = [502, 503, 504];

/** Sends requests to one server, and again where that is safe and of use. */
export class Connection {
  readonly retry: Required<RetryOptions>;
  readonly #url: URL;
  readonly #token: string | undefined;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly #timeoutMs: number;

  /** Throws `TypeError` for what is no address, or no token; its text has neither. */
  constructor(options: ConnectionOptions) {
    checkOptions("A client", options, clientNames);
    checkOptions("retry", options.retry ?? {}, retryNames);
    this.#url = addressOf(options.url);
    this.#token = tokenOf(options.token);
    // Browsers refuse a fetch that is called as a method of something else.
    const own = options.fetch;
    this.#fetch = own === undefined ? (url, init) => fetch(url, init) : (url, init) => own(url, init);
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.retry = { ...defaultRetry, ...options.retry };
  }

  /** The answer to a request that succeeded. Throws `WorkflowsApiError`, `WorkflowsConnectionError`, or the reason of an aborted signal. */
  async send(ask: Ask): Promise<Reply> {
    const request = this.#prepared(ask);
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#sendOnce(request, ask);
      } catch (error) {
        const isWorthwhile = failures < this.retry.attempts && isPassing(error, ask.repeat);
        const askedMs = error instanceof WorkflowsApiError ? (error.retryAfterMs ?? 0) : 0;
        if (!isWorthwhile || askedMs > this.retry.maxDelayMs) throw error;
        await this.pauseAfter(failures, ask.signal, askedMs);
      }
    }
  }

  /** The body of the answer to a `GET`, which is known by these members. */
  async read<Answer>(
    path: readonly string[],
    members: readonly (keyof Answer & string)[],
    query: Query,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Answer> {
    checkOptions("The call", options, onlySignal);
    const { signal } = options;
    return answerWith<Answer>(await this.send({ path, query, signal, repeat: "always" }), members);
  }

  /** Rests as after that many failures in a row. */
  pauseAfter(failures: number, signal: AbortSignal | undefined, askedMs = 0): Promise<void> {
    return pause(pauseMs(failures, this.retry, Math.random(), askedMs), signal);
  }

  /** An answer as it comes in, once its head is there; no retries, and no limit on how long the rest takes. The body is read or cancelled by the caller. */
  async open(ask: Ask): Promise<Response> {
    const prepared = this.#prepared(ask);
    const { response, text } = await this.#fetched(prepared, ask, this.#timeoutMs, (answer) => !answer.ok);
    if (response.ok) return response;
    throw failureOf(response, text);
  }

  async #sendOnce(prepared: Prepared, ask: Ask): Promise<Reply> {
    const limitMs = this.#timeoutMs + (ask.waitMs ?? 0);
    const { response, text } = await this.#fetched(prepared, ask, limitMs, () => true);
    if (!response.ok) throw failureOf(response, text);
    return { status: response.status, headers: response.headers, body: parsed(text, response) };
  }

  /** Nothing but the network's own work is done where an error means that there was no answer: a mistake of ours must not look like one. */
  async #fetched(
    { url, init }: Prepared,
    ask: Ask,
    limitMs: number,
    isRead: (response: Response) => boolean,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const late = new AbortController();
    const signal = joined(ask.signal, late.signal);
    const endTimer = timerOf(limitMs, () => late.abort(tookTooLong(limitMs)));
    try {
      const response = await this.#fetch(url, { ...init, signal });
      return { response, text: isRead(response) ? await textOf(response) : "" };
    } catch (error) {
      throw this.#explained(error, ask);
    } finally {
      endTimer();
    }
  }

  /** Throws `TypeError` for what cannot be sent at all. */
  #prepared({ method = "GET", path, query = {}, headers, body }: Ask): Prepared {
    const init = {
      method,
      headers: headersOf({
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      }),
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      redirect: "error", // a token is for this server alone
      cache: "no-store",
      credentials: "omit",
    } satisfies RequestInit;
    return { url: this.#urlOf(path, query), init };
  }

  #urlOf(path: readonly string[], query: Query): string {
    const url = new URL(this.#url);
    url.pathname = [url.pathname.replace(/\/+$/, ""), "api", "v1", ...path.map(segment)].join("/");
    for (const [name, value] of Object.entries(query))
      for (const one of [value ?? []].flat()) url.searchParams.append(name, one);
    return url.href;
  }

  /** What went wrong, in our words; an abort as the caller meant it. */
  #explained(error: unknown, { signal }: Ask): unknown {
    if (signal?.aborted === true) return signal.reason;
    // Of a network, `fetch` says TypeError: the other ones are mistakes of a program, such as a platform without `fetch`.
    if (error instanceof WorkflowsConnectionError || error instanceof ReferenceError) return error;
    const isThere = !isConnectionRefused(error);
    const reason = isThere ? reasonOf(error) : "nothing listens there";
    const told = this.#token === undefined ? reason : reason.replaceAll(this.#token, "***");
    const where = this.#url.href.replace(/\/+$/, "");
    return new WorkflowsConnectionError(`Cannot reach ${where}: ${told}`, isThere ? "broken" : "not_reached");
  }
}

/** Whether another try may succeed, and does no harm. */
export function isPassing(
  error: unknown,
  repeat: Ask["repeat"],
): error is WorkflowsApiError | WorkflowsConnectionError {
  if (error instanceof WorkflowsConnectionError) return repeat === "always";
  if (!(error instanceof WorkflowsApiError)) return false;
  return error.code === "overloaded" || (repeat === "always" && unavailable.includes(error.status));
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined; // older than `URL.parse`
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError("url must be the address of a Workflows server, as http://127.0.0.1:8080");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new TypeError("url must have neither a login nor a query; a token is an option of its own");
  return url;
}

/** What could not stand in a header would come back in the text of an error that quotes it. */
function tokenOf(token: string | undefined): string | undefined {
  if (token === undefined || /^[!-~]+$/.test(token)) return token;
  throw new TypeError("token must be a text of printable ASCII characters without spaces");
}

/** Nothing, `.` and `..` would be another path. */
function segment(part: string): string {
  if (part === "" || part === "." || part === "..")
    throw new NotSendable(`${JSON.stringify(part)} cannot stand in a path`);
  return encodeURIComponent(part);
}

function headersOf(fields: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields))
    try {
      headers.set(name, value);
    } catch {
      throw new NotSendable(`${JSON.stringify(value)} cannot stand in the header ${name}`);
    }
  return headers;
}

function joined(signal: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return signal === undefined ? own : AbortSignal.any([signal, own]);
}

function tookTooLong(ms: number): WorkflowsConnectionError {
  return new WorkflowsConnectionError(`The server did not answer within ${ms} ms`, "timed_out");
}

async function textOf(response: Response): Promise<string> {
  return response.status === 204 ? "" : response.text();
}

function parsed(text: string, response: Response): unknown {
  if (response.status === 204) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw failureOf(response, text);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  if (cause.message === "bad port") return "fetch refuses to connect to this port, as it belongs to another protocol";
  return cause.message === "" ? cause.name : cause.message;
}

/** As Node tells it; browsers say nothing of why. */
function isConnectionRefused(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}
