/** What an installation decides about its `cli` tasks. */
export interface CliSettings {
  /** Programs that may run, as absolute paths; empty: none, and no definition with a `cli` task is taken. */
  readonly allowedBinaries: readonly string[];
  /** How long a command may run where the task does not say; ms, 1 to 604,800,000. */
  readonly executionTimeoutMs: number;
  /** What a command has started may end by itself for so long once it has ended, as a filter at the end of its output does; ms, at least 1. */
  readonly lingerMs: number;
  /** From TERM to KILL, for a command whose time is over or that is cancelled, and for what it leaves behind; ms, at least 1. */
  readonly killGraceMs: number;
  /** The engine's limit of a result: half of it is kept of the standard output, a quarter of the error output. Bytes, at least 1,024. */
  readonly maxResultBytes: number;
  /** Of each output of an attempt that goes to the log; bytes. */
  readonly maxLoggedBytes: number;
}

export const defaultCliSettings: CliSettings = {
  allowedBinaries: [],
  executionTimeoutMs: 4 * 3_600_000,
  lingerMs: 200,
  killGraceMs: 5000,
  maxResultBytes: 1024 * 1024,
  maxLoggedBytes: 256 * 1024,
};
