import { closest } from "../model/closest.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, kindOf, pointerTo } from "../model/json.ts";

/**
 * Reads the fields of a definition's part and notes every mistake. A field that is null, or an empty text, counts as
 * absent: so it was where these definitions come from.
 */
export class Fields {
  readonly at: JsonPointer;
  readonly problems: DefinitionProblem[] = [];
  readonly #values: JsonObject;

  constructor(part: JsonValue, at: JsonPointer, names: readonly string[]) {
    this.at = at;
    this.#values = isJsonObject(part) ? part : {};
    if (!isJsonObject(part)) this.error(at, `an object is needed here, not ${kindOf(part)}`);
    for (const name of Object.keys(this.#values)) if (!names.includes(name)) this.#unknown(name, names);
  }

  /** How many mistakes so far. */
  get errors(): number {
    return this.problems.filter(({ severity }) => severity === "error").length;
  }

  pointer(name: string): JsonPointer {
    return pointerTo(this.at, name);
  }

  value(name: string): JsonValue | undefined {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return value === null || value === "" ? undefined : value;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "string") return value;
    this.error(this.pointer(name), `${name} must be a text, not ${kindOf(value)}`);
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

  error(at: JsonPointer, message: string, suggestion?: string): void {
    this.problems.push({ severity: "error", at, message, ...(suggestion !== undefined && { suggestion }) });
  }

  warning(at: JsonPointer, message: string): void {
    this.problems.push({ severity: "warning", at, message });
  }

  #unknown(name: string, names: readonly string[]): void {
    this.error(this.pointer(name), `unknown field ${JSON.stringify(name)}`, closest(name, names));
  }
}
