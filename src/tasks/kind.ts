import type { DefinitionProblem } from "../model/errors.ts";
import type { FailureWords } from "../model/failure-words.ts";
import type { ProcessGroup } from "../model/job/process-group.ts";
import type { Outcome } from "../model/job/task-execution.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import type { Log } from "../model/log.ts";
import type { Rendered } from "../template/template.ts";

/** What a task does. A kind knows nothing of stores, jobs or other kinds. */
export interface TaskKind<Spec extends JsonValue = JsonValue> {
  readonly type: string;
  /** JSON Schema (draft 2020-12) of a definition's part, for editors. */
  readonly schema: JsonValue;
  /** How an attempt can fail, for `retryOn` in definitions. */
  readonly failures: FailureWords;
  /** Fields of the part whose text may stand in a file beside the definition: `@NAME` names it. They come to `check` with the file's text. */
  readonly fileFields?: readonly string[];
  /**
   * Checks a definition's part at load time and compiles its templates, each for the place where it stands.
   * Throws `DefinitionError` with every mistake; pointers start with `at`.
   */
  check(part: JsonValue, at: JsonPointer): Checked<Spec>;
  /** Whom a call of it would reach, as one word for all that answers or hangs together; none where nobody is called. Never throws. */
  target?(spec: Rendered<Spec>): string | undefined;
  /** Runs one attempt. Resolves to an outcome; rejects only on a bug of ours. */
  run(spec: Rendered<Spec>, attempt: AttemptContext): Promise<Outcome>;
}

export interface Checked<Spec> {
  readonly spec: Spec;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly DefinitionProblem[];
}

export interface AttemptContext {
  /** Aborted on cancel, time-out, loss of the lease and shutdown. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  /** Asked for at most once: nothing may be sent twice within the attempt. */
  readonly atMostOnce?: boolean;
  /** Values that must not be written anywhere: inputs, and allowed variables of the environment, whose names are secret. */
  readonly secrets: readonly string[];
  /** Each line says which attempt it is about. */
  readonly log: Log;
  /**
   * For attempts that start processes: has it stored that these are there, so that whoever takes the job over can end them. Until then they
   * must not do anything; where the answer is false, never. When the attempt ends, they are taken to be gone, unless its outcome says that they may live.
   */
  readonly began: (group: ProcessGroup) => Promise<boolean>;
}
