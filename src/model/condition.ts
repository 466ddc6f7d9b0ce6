import type { JsonValue } from "./json.ts";

/**
 * A question about a job's values that the engine answers by itself. Operands are specs with compiled templates (`template/template.ts`);
 * they see inputs, results, variables and the item of a branch, never the environment: the same job must give the same answer everywhere.
 */
export type Condition =
  /** Neither false, null, 0, the empty text nor missing. */
  | { readonly op: "holds"; readonly value: JsonValue }
  /** Equal as JSON, whatever the order of keys. */
  | { readonly op: "equals"; readonly left: JsonValue; readonly right: JsonValue }
  /** Of two numbers, or of two texts by their code units; anything else cannot be compared and fails the node. */
  | { readonly op: "less"; readonly left: JsonValue; readonly right: JsonValue }
  | { readonly op: "not"; readonly of: Condition }
  | { readonly op: "all" | "any"; readonly of: readonly Condition[] };
