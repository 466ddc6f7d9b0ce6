import { isJsonObject, type JsonValue } from "../../model/json.ts";

/** A way into a JSON value: names of members and indexes of items. */
export type ValuePath = (string | number)[];

/** Reads `.name` and `[0]` steps, as in `.items[0].id` or, as the original has it, `.items.[0].id`; undefined where the text is something else. */
export function parseValuePath(text: string): ValuePath | undefined {
  const path: ValuePath = [];
  const step = /\.([^.[\]]+)|\.?\[(\d{1,9})\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    path.push(match[1] ?? Number(match[2]));
  }
  return path;
}

/** The value at the end of the path; undefined where there is none. Sees own members only. */
export function valueAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(current)) current = itemAt(current, step);
    else if (isJsonObject(current) && Object.hasOwn(current, step)) current = current[step];
    else return undefined;
  }
  return current;
}

function itemAt(items: readonly JsonValue[], step: string | number): JsonValue | undefined {
  if (typeof step === "number") return items[step];
  return /^\d{1,9}$/.test(step) ? items[Number(step)] : undefined;
}
