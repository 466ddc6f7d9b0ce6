/** 4: not found; 5: the job failed; 6: it still runs after the wait. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Ends a command with one clear line and an exit code. */
export class ExitError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ExitError";
    this.exitCode = exitCode;
  }
}
