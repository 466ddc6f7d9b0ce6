import type { Outcome } from "../../../model/job/task-execution.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { CliFailure } from "../failure.ts";
import { gateName } from "./gate.ts";
import type { Ran } from "./run-command.ts";

type Hide = (text: string) => string;

/** Of the last line of the error output, in a failure's message. */
const maxSaidChars = 200;

/** What the end of a command means. `request`: the command as people may read it. */
export function outcomeOf(
  ran: Ran,
  successCodes: readonly number[],
  timeoutMs: number,
  hide: Hide,
  request: JsonValue,
): Outcome {
  if (ran.end === "not_begun") return { kind: "interrupted", result: { request } };
  const result = { request, response: responseOf(ran) };
  if (ran.end === "aborted") return { kind: "interrupted", result };
  const failure = failureOf(ran, successCodes, timeoutMs);
  if (failure === undefined) return { kind: "succeeded", result };
  const said = lastLine(hide(ran.stderr.text));
  const message = said === "" ? failure.message : `${failure.message}: ${said}`;
  return { kind: "failed", error: { code: failure.code, message }, result, retryable: failure.retryable };
}

/** Of a command that was not run, or could not be ended. */
export function failureOutcome(failure: CliFailure, hide: Hide, request: JsonValue): Outcome {
  const { code, message, retryable } = failure;
  const failed = { kind: "failed", error: { code, message: hide(message) }, result: { request }, retryable } as const;
  return code === "not_ended" ? { ...failed, processesMayLive: true } : failed;
}

function failureOf({ end, exit, stderr }: Ran, successCodes: readonly number[], timeoutMs: number) {
  if (end === "timed_out")
    return new CliFailure("execution_timeout", `the command ran longer than ${timeoutMs / 1000} s (executionTimeOut)`);
  if (exit.code === null) return new CliFailure("killed", `the command was ended by ${exit.signal ?? "a signal"}`);
  if (successCodes.includes(exit.code)) return undefined;
  if ((exit.code === 126 || exit.code === 127) && stderr.text.startsWith(`${gateName}:`))
    return new CliFailure("not_started", "the program cannot be started");
  return new CliFailure(
    "exit_code",
    `the command ended with exit code ${exit.code}; ${successCodes.join(", ")} means success`,
  );
}

/** `body` is what templates of later tasks read. */
function responseOf({ exit, stdout, stderr }: Ran): JsonObject {
  return {
    body: stdout.text,
    error: stderr.text,
    ...(exit.code !== null && { exitCode: exit.code }),
    ...(exit.signal !== null && { signal: exit.signal }),
    ...(stdout.cutBytes > 0 && { truncated: true }),
  };
}

function lastLine(text: string): string {
  const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return line.length > maxSaidChars ? `${line.slice(0, maxSaidChars)}...` : line;
}
