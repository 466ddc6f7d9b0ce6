import type { DefinitionProblem } from "../model/errors.ts";
import type { Place } from "./document/places.ts";

/** One mistake in a text whose file the caller knows. */
export interface PlacedProblem extends DefinitionProblem {
  readonly place: Place;
}

/** One mistake in a file. */
export interface FileProblem extends DefinitionProblem {
  readonly file: string;
  /** 1-based; absent where the file could not be read at all. */
  readonly line?: number;
  readonly column?: number;
}
