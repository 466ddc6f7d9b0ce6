import type { FailureWords } from "../../model/failure-words.ts";
import { AttemptFailure } from "../attempt-failure.ts";

/** Why a command was not run, or did not succeed. */
export type FailureCode =
  /** The task's own values are no command. */
  | "command_invalid"
  | "binary_refused"
  /** The program is not there, or cannot be executed. */
  | "not_started"
  | "exit_code"
  /** Ended by a signal that was not ours. */
  | "killed"
  | "execution_timeout"
  /** What it started could not be ended. */
  | "not_ended";

const timeout: readonly FailureCode[] = ["execution_timeout"];

const retried: readonly FailureCode[] = ["not_started", "exit_code", "killed", ...timeout];

export const cliFailures: FailureWords = { codes: retried, groups: { timeout }, statusCodes: false };

export class CliFailure extends AttemptFailure<FailureCode> {
  get retryable(): boolean {
    return retried.includes(this.code);
  }
}
