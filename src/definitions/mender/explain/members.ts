import { namedMembers } from "../../../model/document/named-members.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../../model/json.ts";

/** The fields of an object by the names that the dialect has for them, in whatever case they are written. */
export class Members {
  readonly at: JsonPointer;
  readonly #object: JsonObject;
  readonly #written: ReadonlyMap<string, string>;

  constructor(object: JsonObject, at: JsonPointer, names: readonly string[]) {
    this.at = at;
    this.#object = object;
    this.#written = namedMembers(object, names).written;
  }

  /** Undefined also where it is null, which counts as absent. */
  value(name: string): JsonValue | undefined {
    const key = this.#written.get(name);
    return key === undefined ? undefined : (this.#object[key] ?? undefined);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === "string" ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    return typeof value === "number" ? value : undefined;
  }

  /** Of a field as it is written. */
  pointer(name: string): JsonPointer {
    return pointerTo(this.at, this.#written.get(name) ?? name);
  }

  /** The fields of the object that stands in a field. */
  part(name: string, names: readonly string[]): Members | undefined {
    const value = this.value(name);
    return isJsonObject(value) ? new Members(value, this.pointer(name), names) : undefined;
  }
}
