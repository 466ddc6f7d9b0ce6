import type { ConnectionOptions } from "../../client/http/connection.ts";
import { Workflows } from "../../client/workflows.ts";
import { asExit } from "./refusal.ts";
import { type ServerOptions, type Target, targetOf } from "./server-options.ts";

type Patience = Pick<ConnectionOptions, "timeoutMs" | "retry">;

/** A server that does not answer for this long counts as unreachable. */
const patienceMs = 30_000;

/** Repeats nothing: whoever types sees at once what is wrong, and commands that wait try again by themselves. */
const once = { attempts: 1 };

/** For streams: a server that restarts is tried a few times before the first connection too. */
export const forStreams = { retry: {} } satisfies Patience;

/** The server that a command talks to, by the public client; what goes wrong there ends the command. */
export class CalledServer {
  readonly #client: Workflows;
  readonly #target: Target;
  readonly #timeoutMs: number;

  /** Throws `ExitError` (2). */
  constructor(options: ServerOptions, { timeoutMs = patienceMs, retry = once }: Patience = {}) {
    this.#target = targetOf(options);
    this.#timeoutMs = timeoutMs;
    const { server: url, token } = this.#target;
    this.#client = new Workflows({ url, timeoutMs, retry, ...(token !== undefined && { token }) });
  }

  /** What the call answers. Throws `ExitError` for what the client throws. */
  async ask<Answer>(call: (client: Workflows) => Promise<Answer>): Promise<Answer> {
    try {
      return await call(this.#client);
    } catch (error) {
      throw asExit(error, this.#target, this.#timeoutMs);
    }
  }
}
