import type { DefinitionProblem } from "../model/errors.ts";
import type { FailureWords } from "../model/failure-words.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";

/** What a dialect needs of a task kind: to check and compile a task's own part, and to describe it to editors. */
export interface TaskCheck {
  readonly schema: JsonValue;
  readonly failures: FailureWords;
  /** Throws `DefinitionError` with every mistake. */
  check(
    part: JsonValue,
    at: JsonPointer,
  ): { readonly spec: JsonValue; readonly warnings: readonly DefinitionProblem[] };
}

export interface CompileOptions {
  /** By the type that definitions name. */
  readonly kinds: ReadonlyMap<string, TaskCheck>;
  /** Whether templates may read an environment variable. */
  readonly envAllowed: (name: string) => boolean;
}
