import type { DefinitionProblem } from "../model/errors.ts";

/** One mistake in a file. */
export interface FileProblem extends DefinitionProblem {
  readonly file: string;
  /** 1-based; absent where the file could not be read at all. */
  readonly line?: number;
  readonly column?: number;
}
