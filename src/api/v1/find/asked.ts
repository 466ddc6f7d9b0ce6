import type { ErrorDetail } from "../../../model/errors.ts";
import { type JsonPointer, pointerTo } from "../../../model/json.ts";
import { epochMsOf } from "../../../model/time.ts";
import type { TimeRange } from "../../../store/search.ts";
import { invalidQuery, maxMistakes, notKnown } from "../../query.ts";

/**
 * What a client asked for, in the parameters of a query or in the members of a body: readers of single values, which gather what is wrong with them. A value that is
 * wrong is read as if it were not there.
 */
export class Asked {
  readonly mistakes: ErrorDetail[] = [];
  readonly isBody: boolean;
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #at: JsonPointer;

  /** `body`: where the members stand in it; absent: `given` is a query. */
  constructor(given: Readonly<Record<string, unknown>>, body?: JsonPointer) {
    this.#given = given;
    this.#at = body ?? "";
    this.isBody = body !== undefined;
  }

  get names(): readonly string[] {
    return Object.keys(this.#given);
  }

  /** `member`: of a value that is an object. */
  complain(name: string, message: string, member?: string): undefined {
    const at = pointerTo(this.#at, name);
    if (this.mistakes.length < maxMistakes)
      this.mistakes.push({ at: member === undefined ? at : pointerTo(at, member), message });
    return undefined;
  }

  /** A misspelt name would ask for something else than was meant. `isMore`: those that are not in the list. */
  refuseOthers(known: readonly string[], isMore: (name: string) => boolean = () => false): void {
    for (const name of Object.keys(this.#given))
      if (!known.includes(name) && !isMore(name)) this.complain(name, notKnown(name, known));
  }

  /** As it came, of any type. */
  value(name: string): unknown {
    return Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
  }

  text(name: string, mostCharacters = 1000): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && !this.isBody) return this.complain(name, "is given more than once");
    if (typeof value !== "string") return this.complain(name, "must be a text");
    if (value === "") return this.complain(name, "is empty; leave it out");
    if (value.length > mostCharacters) return this.complain(name, `has more than ${mostCharacters} characters`);
    return value;
  }

  /** One or more of these names: repeated, separated by commas or, in a body, a list. */
  someOf(name: string, known: readonly string[]): string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const given = [value].flat().flatMap((text: unknown) => (typeof text === "string" ? text.split(",") : [text]));
    const unknown = given.filter((one) => typeof one !== "string" || !known.includes(one));
    for (const one of unknown.slice(0, maxMistakes))
      this.complain(
        name,
        typeof one === "string"
          ? `${JSON.stringify(one)} ${notKnown(one, known)}`
          : "must be a text or a list of texts",
      );
    return given.filter((one) => typeof one === "string");
  }

  /** In a body also a number. */
  whole(name: string, least: number, most: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= least && number <= most) return number;
    return this.complain(name, `must be a whole number from ${least} to ${most}`);
  }

  /** From one parameter to the other, the second excluded. */
  range(name: string): TimeRange | undefined {
    const from = this.#time(`${name}_from`);
    const to = this.#time(`${name}_to`);
    if (from !== undefined && to !== undefined && from >= to)
      this.complain(`${name}_to`, `must be later than ${name}_from; it does not belong to the range itself`);
    if (from === undefined && to === undefined) return undefined;
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  }

  /** The plus of an offset may have come as the space that it means in a query. */
  #time(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const at = epochMsOf(text.replace(/ (\d\d:\d\d)$/, "+$1"));
    return at ?? this.complain(name, "must be a time with its offset from UTC (RFC 3339), as 2030-01-31T06:00:00Z");
  }

  /** For a query. Throws invalid_request. */
  throwIfMistaken(): void {
    if (this.mistakes.length > 0) throw invalidQuery(this.mistakes);
  }
}
