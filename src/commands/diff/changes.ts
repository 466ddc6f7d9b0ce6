import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../model/json.ts";
import { diffLines } from "./lines.ts";

/** One thing that two documents say differently. */
export interface Change {
  readonly kind: "added" | "removed" | "changed" | "moved";
  /** In the second document; of what was removed, in the first. */
  readonly at: JsonPointer;
  /** Of what was moved: in the first document. */
  readonly was?: JsonPointer;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

interface Place {
  readonly before: JsonPointer;
  readonly after: JsonPointer;
}

/** What differs, by the smallest values that do. The order of members is no difference; items with names, such as tasks, are compared with those of their name. */
export function changesOf(
  before: JsonValue,
  after: JsonValue,
  at: Place = { before: "", after: "" },
): readonly Change[] {
  if (isJsonObject(before) && isJsonObject(after)) return ofObjects(before, after, at);
  if (!Array.isArray(before) || !Array.isArray(after))
    return before === after ? [] : [{ kind: "changed", at: at.after, before, after }];
  const names = [namesOf(before), namesOf(after)] as const;
  if (names[0] === undefined || names[1] === undefined) return ofItems(before, after, at);
  return ofNamed({ items: before, names: names[0] }, { items: after, names: names[1] }, at);
}

function ofObjects(before: JsonObject, after: JsonObject, at: Place): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => ofPair(memberOf(before, name), memberOf(after, name), below(at, name, name)));
}

function ofItems(before: readonly JsonValue[], after: readonly JsonValue[], at: Place): Change[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    ofPair(before[index], after[index], below(at, index, index)),
  );
}

interface Named {
  readonly items: readonly JsonValue[];
  readonly names: readonly string[];
}

function ofNamed(before: Named, after: Named, at: Place): Change[] {
  const stayed = new Set(
    diffLines(before.names, after.names).flatMap(({ kind, line }) => (kind === "same" ? [line] : [])),
  );
  const removed = before.names.flatMap((name, index) =>
    after.names.includes(name) ? [] : ofPair(before.items[index], undefined, below(at, index, index)),
  );
  const others = after.names.flatMap((name, index): readonly Change[] => {
    const old = before.names.indexOf(name);
    const here = below(at, old, index);
    if (old === -1) return ofPair(undefined, after.items[index], here);
    const moved: Change[] = stayed.has(name) ? [] : [{ kind: "moved", at: here.after, was: here.before }];
    return [...moved, ...ofPair(before.items[old], after.items[index], here)];
  });
  return [...removed, ...others];
}

function ofPair(before: JsonValue | undefined, after: JsonValue | undefined, at: Place): readonly Change[] {
  if (after === undefined) return before === undefined ? [] : [{ kind: "removed", at: at.before, before }];
  return before === undefined ? [{ kind: "added", at: at.after, after }] : changesOf(before, after, at);
}

function below({ before, after }: Place, nameBefore: string | number, nameAfter: string | number): Place {
  return { before: pointerTo(before, String(nameBefore)), after: pointerTo(after, String(nameAfter)) };
}

function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Of each item, where all have one and no two the same. */
function namesOf(items: readonly JsonValue[]): string[] | undefined {
  const names = items.map((item) => (isJsonObject(item) ? item["name"] : undefined));
  const texts = names.filter((name) => typeof name === "string");
  return texts.length === items.length && new Set(texts).size === texts.length ? texts : undefined;
}
