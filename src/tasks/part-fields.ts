import { closest } from "../model/closest.ts";
import { namedMembers } from "../model/document/named-members.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonPointer,
  type JsonValue,
  kindOf,
  noText,
  pointerTo,
} from "../model/json.ts";

/** Fields of a task that people write into its part, where the original passes over them: what it runs today, it must run tomorrow. */
const ofTheTask = ["requires", "retries", "retryDelaySeconds"];

/**
 * Reads the fields of a definition's part, in whatever case they are written, and notes every mistake. A field that is
 * null, or an empty text, counts as absent: so it was where these definitions come from.
 */
export class Fields {
  readonly at: JsonPointer;
  readonly problems: DefinitionProblem[] = [];
  readonly #values: JsonObject;
  readonly #written: ReadonlyMap<string, string>;

  constructor(part: JsonValue, at: JsonPointer, names: readonly string[]) {
    this.at = at;
    this.#values = isJsonObject(part) ? part : {};
    if (!isJsonObject(part)) this.error(at, `an object is needed here, not ${kindOf(part)}`);
    const { written, unknown, doubled } = namedMembers(this.#values, names);
    this.#written = written;
    for (const name of unknown) this.#unknown(name, names);
    for (const name of doubled)
      this.error(this.pointer(name), `the field ${JSON.stringify(name)} is given twice, in different case`);
  }

  /** How many mistakes so far. */
  get errors(): number {
    return this.problems.filter(({ severity }) => severity === "error").length;
  }

  /** Of a field, as it is written in the definition. */
  pointer(name: string): JsonPointer {
    return pointerTo(this.at, this.#written.get(name) ?? name);
  }

  value(name: string): JsonValue | undefined {
    const value = this.asWritten(name);
    return value === null || value === "" ? undefined : value;
  }

  /** For fields of which null and the empty text are values like any other. */
  asWritten(name: string): JsonValue | undefined {
    const key = this.#written.get(name);
    return key === undefined ? undefined : this.#values[key];
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "string") return value;
    this.error(this.pointer(name), `${name} must be a text, not ${noText(value)}`);
    return undefined;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (value !== undefined && typeof value !== "boolean")
      this.error(this.pointer(name), `${name} must be true or false, not ${kindOf(value)}`);
    return value === true;
  }

  object(name: string): JsonObject | undefined {
    const value = this.value(name);
    if (value === undefined || isJsonObject(value)) return value;
    this.error(this.pointer(name), `${name} must be an object, not ${kindOf(value)}`);
    return undefined;
  }

  whole(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    this.error(
      this.pointer(name),
      `${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`,
    );
    return undefined;
  }

  /** A whole number of whatever unit, at least 1; 0 counts as absent, as the original writes it where nothing was said. */
  timeout(name: string, max: number): number | undefined {
    return this.value(name) === 0 ? undefined : this.whole(name, 1, max);
  }

  error(at: JsonPointer, message: string, suggestion?: string): void {
    this.problems.push({ severity: "error", at, message, ...(suggestion !== undefined && { suggestion }) });
  }

  warning(at: JsonPointer, message: string): void {
    this.problems.push({ severity: "warning", at, message });
  }

  #unknown(name: string, names: readonly string[]): void {
    const misplaced = ofTheTask.find((field) => field.toLowerCase() === name.toLowerCase());
    if (misplaced !== undefined) {
      this.warning(this.pointer(name), `has no effect here: ${misplaced} belongs to the task, one level up`);
      return;
    }
    this.error(this.pointer(name), `unknown field ${JSON.stringify(name)}`, closest(name, names));
  }
}
