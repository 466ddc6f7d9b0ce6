import type { JsonObject } from "../json.ts";

/** The members of an object by the names that its reader knows. */
export interface NamedMembers {
  /** How a known name is written in the object; a name that is not there is missing. */
  readonly written: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
  /** Written again, in different case. */
  readonly doubled: readonly string[];
}

/**
 * Finds known names in whatever case they are written. The original reads the fields of JSON definitions so, those of
 * YAML definitions in small letters only (`retrydelayseconds`), and its users' files are full of both.
 */
export function namedMembers(object: JsonObject, known: readonly string[]): NamedMembers {
  const byPlainName = new Map(known.map((name) => [name.toLowerCase(), name]));
  const written = new Map<string, string>();
  const unknown: string[] = [];
  const doubled: string[] = [];
  for (const key of Object.keys(object)) {
    const name = byPlainName.get(key.toLowerCase());
    if (name === undefined) unknown.push(key);
    else if (written.has(name)) doubled.push(key);
    else written.set(name, key);
  }
  return { written, unknown, doubled };
}

/** The member of one name, in whatever case it is written. */
export function memberNamed(object: JsonObject, name: string): JsonObject[string] | undefined {
  const key = namedMembers(object, [name]).written.get(name);
  return key === undefined ? undefined : object[key];
}
