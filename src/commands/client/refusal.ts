import { errorTable } from "../../api/errors.ts";
import { NotSendable, WorkflowsApiError, WorkflowsConnectionError } from "../../client/errors.ts";
import type { ErrorCode } from "../../model/errors.ts";
import { type ExitCode, ExitError } from "../exit-error.ts";
import { exitCodeOf } from "../failure.ts";
import type { Target } from "./server-options.ts";

/** The server cannot be reached, or says that it cannot work now: another try may succeed. */
export class ServerUnavailable extends ExitError {
  /** As the API has it; `not_reached` where the request went nowhere, and `no_answer` where it may have been taken. */
  readonly code: string;

  constructor(exitCode: ExitCode, message: string, code: string, options?: { cause?: unknown }) {
    super(exitCode, message, options);
    this.code = code;
  }
}

/** The server, or what stands before it, failed: what was asked for may have been done. */
export class ServerFailed extends ExitError {}

/** What the client throws as a failure of the command; anything else as it is. */
export function asExit(error: unknown, target: Target, timeoutMs: number): unknown {
  if (error instanceof WorkflowsConnectionError) {
    const code = error.code === "not_reached" ? "not_reached" : "no_answer";
    return new ServerUnavailable(1, unreached(error, target, timeoutMs), code, { cause: error });
  }
  if (error instanceof NotSendable) return new ExitError(2, error.message, { cause: error });
  return error instanceof WorkflowsApiError ? refused(error, target) : error;
}

function unreached({ code, message }: WorkflowsConnectionError, { server }: Target, timeoutMs: number): string {
  switch (code) {
    case "not_reached":
      return `${uncapitalised(message)}; is the server running?`;
    case "timed_out":
      return `cannot reach ${server}: no answer in ${timeoutMs / 1000} s`;
    case "broken":
      return uncapitalised(message);
    default:
      return code satisfies never;
  }
}

function refused(error: WorkflowsApiError, { server, tokenHint }: Target): ExitError {
  const { code, status, details } = error;
  const options = { cause: error };
  const Failure = status >= 400 && status < 500 ? ExitError : ServerFailed;
  if (!isOurCode(code)) {
    const said = code === "unexpected_answer" ? error.said : error.message;
    const text = `${server} answered ${status}, and not as a Workflows server does${said === undefined ? "" : `: ${said}`}`;
    return status === 503 ? new ServerUnavailable(1, text, "no_answer", options) : new Failure(1, text, options);
  }
  const exitCode = exitCodeOf(code);
  const hint = code === "unauthenticated" ? `: ${tokenHint}` : "";
  const text = [error.message + hint, ...detailLines(code, details)].join("\n  ");
  return status === 503 ? new ServerUnavailable(exitCode, text, code, options) : new Failure(exitCode, text, options);
}

/** Other programs have codes too, which say something else. */
function isOurCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** Their texts are those of the original: what was looked for, and what there is, stands in the detail. */
const terse: readonly string[] = ["workflow_not_found", "job_not_found"] satisfies readonly ErrorCode[];

/** What the details of a refusal say beyond its text: several say more, one of most errors says what the text says. */
function detailLines(code: string, details: WorkflowsApiError["details"]): string[] {
  if (details.length < 2 && !terse.includes(code)) return [];
  return details.map(({ at, message }) => [at, message].filter((part) => part !== "").join(": "));
}

/** Sentences of the client, behind the name of the command. */
function uncapitalised(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
