import { closest } from "../../model/closest.ts";
import { namedMembers } from "../../model/document/named-members.ts";
import type { DefinitionProblem } from "../../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../model/json.ts";

/** Of one object: nobody misspells more, and to look for each of ten thousands of names takes seconds. */
const mostSuggestions = 50;

/**
 * Reads the fields of one object of a document, in whatever case they are written, and notes every mistake. A field
 * that is null counts as absent.
 */
export class FieldReader {
  readonly at: JsonPointer;
  readonly #object: JsonObject;
  readonly #written: ReadonlyMap<string, string>;
  readonly #problems: DefinitionProblem[];

  constructor(object: JsonObject, at: JsonPointer, fields: readonly string[], problems: DefinitionProblem[]) {
    this.at = at;
    this.#object = object;
    this.#problems = problems;
    const { written, unknown, doubled } = namedMembers(object, fields);
    this.#written = written;
    for (const [index, name] of unknown.entries()) {
      if (name === "$schema") continue; // editors write that one
      const suggestion = index < mostSuggestions ? closest(name, fields) : undefined;
      this.error(name, `unknown field ${found(name)}; known are ${fields.join(", ")}`, suggestion);
    }
    for (const name of doubled) this.error(name, `the field ${found(name)} is given twice, in different case`);
  }

  value(name: string): JsonValue | undefined {
    const key = this.#written.get(name);
    return key === undefined ? undefined : (this.#object[key] ?? undefined);
  }

  /** Of a field, as it is written in the document. */
  pointer(name: string): JsonPointer {
    return pointerTo(this.at, this.#written.get(name) ?? name);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "string") return value;
    this.error(name, `${name} must be a text, not ${found(value)}`);
    return undefined;
  }

  flag(name: string, whenAbsent = false): boolean {
    const value = this.value(name) ?? whenAbsent;
    if (typeof value !== "boolean") this.error(name, `${name} must be true or false, not ${found(value)}`);
    return value === true;
  }

  /** One of a few words. */
  word<W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const word = words.find((known) => known === value);
    if (word !== undefined) return word;
    const suggestion = typeof value === "string" ? closest(value, words) : undefined;
    this.error(
      name,
      `${name} must be ${words.map((known) => `"${known}"`).join(" or ")}, not ${found(value)}`,
      suggestion,
    );
    return undefined;
  }

  whole(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    this.error(name, `${name} must be a whole number from ${min} to ${max}, not ${found(value)}`);
    return undefined;
  }

  seconds(name: string, min: number, max: number): number | undefined {
    return this.number(name, min, max, "a number of seconds");
  }

  number(name: string, min: number, max: number, what = "a number"): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= min && value <= max) return value;
    this.error(name, `${name} must be ${what} from ${min} to ${max}, not ${found(value)}`);
    return undefined;
  }

  /** Names of parameters and the like: texts, none twice. */
  texts(name: string): string[] {
    const texts: string[] = [];
    for (const [index, item] of this.items(name).entries()) {
      const place = `${name}/${index}`;
      if (typeof item !== "string" || item === "")
        this.error(place, `must be a text that is not empty, not ${found(item)}`);
      else if (texts.includes(item)) this.error(place, `${JSON.stringify(item)} is in ${name} twice`);
      else texts.push(item);
    }
    return texts;
  }

  /** What an array of texts holds, texts or not. */
  items(name: string): readonly JsonValue[] {
    const value = this.value(name);
    if (value === undefined || Array.isArray(value)) return value ?? [];
    this.error(name, `${name} must be an array of texts, not ${found(value)}`);
    return [];
  }

  /** `place` is a field, or a field and what is inside it. */
  error(place: string, message: string, suggestion?: string): void {
    this.#problems.push({
      severity: "error",
      at: this.#placed(place),
      message,
      ...(suggestion !== undefined && { suggestion: JSON.stringify(suggestion) }),
    });
  }

  warning(place: string, message: string): void {
    this.#problems.push({ severity: "warning", at: this.#placed(place), message });
  }

  #placed(place: string): JsonPointer {
    if (place === "") return this.at;
    const [name = "", ...inside] = this.#written.has(place) ? [place] : place.split("/");
    if (!this.#written.has(name)) return pointerTo(this.at, place); // a name that nobody knows may hold a slash
    return [this.pointer(name), ...inside].join("/");
  }
}

/** What stands there, short enough for a message. */
export function found(value: JsonValue): string {
  if (Array.isArray(value)) return "an array";
  if (isJsonObject(value)) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
