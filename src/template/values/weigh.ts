import type { JsonValue } from "../../model/json.ts";
import { RenderError } from "../render-error.ts";

/** Deeper values cannot be written as JSON without risk to the stack. */
const maxDepth = 1_000;

/** About how many characters the value has as JSON. Throws `RenderError` where it is nested too deeply. */
export function weigh(value: JsonValue, depth = 0): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  if (depth >= maxDepth) throw new RenderError(`A value is nested over ${maxDepth} levels deep`);
  let weight = 2;
  if (Array.isArray(value)) for (const item of value) weight += 1 + weigh(item, depth + 1);
  else for (const key of Object.keys(value)) weight += key.length + 4 + weigh(value[key] ?? null, depth + 1);
  return weight;
}
