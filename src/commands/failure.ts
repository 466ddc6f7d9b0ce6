import { DefinitionError, StartError, WorkflowsError } from "../model/errors.ts";
import { type ExitCode, ExitError } from "./exit-error.ts";

/** How a command ended that did not succeed. */
export interface CommandFailure {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** Nobody thought of this error: its stack is worth seeing. */
  readonly unexpected?: true;
}

/** The one place that gives each error its exit code and its line. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof ExitError || error instanceof StartError)
    return { exitCode: error.exitCode, message: error.message };
  if (error instanceof WorkflowsError) return { exitCode: exitCodeOf(error.code), message: error.message };
  if (error instanceof DefinitionError) return { exitCode: 2, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: 1, message: `unexpected error: ${message}`, unexpected: true };
}

/** Of an error with a place in the table, thrown here or answered by a server. */
export function exitCodeOf(code: string): ExitCode {
  switch (code) {
    case "store_unavailable":
      return 3;
    case "workflow_not_found":
    case "job_not_found":
    case "task_not_found":
      return 4;
    case "invalid_body":
    case "invalid_definition":
    case "invalid_request":
    case "missing_input_parameters":
    case "input_too_large":
      return 2;
    default:
      return 1;
  }
}
