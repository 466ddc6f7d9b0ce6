import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { ExitError } from "../exit-error.ts";
import { exitCodeOf } from "../failure.ts";
import { type ServerOptions, serverUrl, tokenOf } from "./server-options.ts";

/** A server that does not answer for this long counts as unreachable. */
const patienceMs = 30_000;

/** The server cannot be reached, or says that it cannot work now: another try may succeed. */
export class ServerUnavailable extends ExitError {}

/** Whatever listens there may answer 200: an answer without these members is none of a Workflows server. */
type Members<Answer> = readonly (keyof Answer & string)[];

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Calls the API of a server. Everything but a success is thrown as `ExitError`. */
export class ApiClient {
  readonly #server: string;
  readonly #token: string | undefined;

  constructor(options: ServerOptions) {
    this.#server = serverUrl(options);
    this.#token = tokenOf(options);
  }

  /** `path` as it stands in the URL. The caller names the type that the API documents, and members by which it is known. */
  get<Answer>(path: string, members: Members<Answer>): Promise<Answer> {
    return this.#call(path, members, {});
  }

  post<Answer>(
    path: string,
    members: Members<Answer>,
    body: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#call(path, members, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  delete<Answer>(path: string, members: Members<Answer>, body: JsonObject): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    return this.#call(path, members, { method: "DELETE", headers, body: JSON.stringify(body) });
  }

  async #call<Answer>(path: string, members: Members<Answer>, init: Call): Promise<Answer> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const { status, text } = await this.#fetch(path, { ...init, headers: { ...init.headers, ...authorization } });
    const answer = parse(text);
    if (status >= 200 && status < 300 && hasAll(answer, members)) return answer as Answer;
    throw this.#refused(status, answer);
  }

  async #fetch(path: string, init: RequestInit): Promise<{ status: number; text: string }> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const response = await fetch(`${this.#server}${path}`, { ...init, signal, redirect: "error" });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new ServerUnavailable(1, `cannot reach ${this.#server}: ${reasonOf(error)}`, { cause: error });
    }
  }

  #refused(status: number, answer: JsonValue | undefined): ExitError {
    if (!isJsonObject(answer) || typeof answer["error"] !== "string")
      return new ExitError(1, `${this.#server} answered ${status}, and not as a Workflows server does`);
    const { error, code, details } = answer;
    const exitCode = exitCodeOf(typeof code === "string" ? code : "");
    const message = [error, ...detailLines(details)].join("\n  ");
    const hint = code === "unauthenticated" ? ": give one with --token or WORKFLOWS_TOKEN" : "";
    return status === 503 ? new ServerUnavailable(exitCode, message) : new ExitError(exitCode, message + hint);
  }
}

function hasAll(answer: JsonValue | undefined, members: readonly string[]): boolean {
  return isJsonObject(answer) && members.every((name) => Object.hasOwn(answer, name));
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** One detail says what the error says; several say more. */
function detailLines(details: JsonValue | undefined): string[] {
  if (!Array.isArray(details) || details.length < 2) return [];
  return details.filter(isJsonObject).map(({ at, message }) => [at, message].filter(isSpoken).join(": "));
}

function isSpoken(part: JsonValue | undefined): part is string {
  return typeof part === "string" && part !== "";
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer in ${patienceMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) {
    if ("code" in cause && cause.code === "ECONNREFUSED") return "nothing listens there; is the server running?";
    return cause.message === "" ? cause.name : cause.message;
  }
  return error.message;
}
