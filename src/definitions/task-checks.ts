import type { DefinitionProblem } from "../model/errors.ts";
import type { FailureWords } from "../model/failure-words.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";

/** What a dialect needs of a task kind: to check and compile a task's own part, and to describe it to editors. */
export interface TaskCheck {
  readonly schema: JsonValue;
  readonly failures: FailureWords;
  /** Fields whose text may stand in a file beside the definition. */
  readonly fileFields?: readonly string[];
  /** Throws `DefinitionError` with every mistake. */
  check(
    part: JsonValue,
    at: JsonPointer,
  ): { readonly spec: JsonValue; readonly warnings: readonly DefinitionProblem[] };
}

/** Reads a text file that a definition names, or says why it cannot. */
export type ReadText = (name: string) => { readonly text: string } | { readonly problem: string };

export interface CompileOptions {
  /** By the type that definitions name. */
  readonly kinds: ReadonlyMap<string, TaskCheck>;
  /** Whether templates may read an environment variable. */
  readonly envAllowed: (name: string) => boolean;
  /** Whether people must not see the values of inputs of that name, whatever the definition says; absent: of none. */
  readonly looksSecret?: (name: string) => boolean;
  /** Absent where the definition was not read from a file: then it may name none. */
  readonly readText?: ReadText;
}
