import { type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";

/** Pointers of all texts in a value, with the texts. */
export function* textsIn(value: JsonValue, at: JsonPointer): Generator<{ at: JsonPointer; text: string }> {
  if (typeof value === "string") yield { at, text: value };
  else if (typeof value === "object" && value !== null)
    for (const [key, member] of Object.entries(value)) yield* textsIn(member, pointerTo(at, key));
}
