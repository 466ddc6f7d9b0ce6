import type { TextTemplate } from "../../../template/template.ts";

/** A `cli` part, checked and compiled. A type, not an interface: it is stored as JSON. */
export type CliSpec = {
  /** The program and its arguments, each rendered into one argument whatever it holds. */
  readonly command: TextTemplate[];
  readonly executionTimeoutMs?: number;
  /** Those that mean success; absent: 0. */
  readonly successCodes?: number[];
};
