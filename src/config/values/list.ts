import type { JsonValue } from "../../model/json.ts";
import { textOf } from "./scalars.ts";
import { accepted, type Found, type Mistake, rejected, type ValueType } from "./value-type.ts";

/** Members of a list: a YAML sequence, or one text with commas (as an environment variable has to be). */
export function membersOf(found: Found): JsonValue[] | undefined {
  if (Array.isArray(found.value)) return found.value;
  const written = textOf(found);
  if (written === undefined) return undefined;
  return written
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

export interface ListOptions {
  /** To follow "must be". */
  readonly expected: string;
  /** What is wrong with a member; undefined: nothing. */
  readonly check?: (member: string) => string | undefined;
  /** Turns a member as written into the one that is kept. */
  readonly resolve?: (member: string) => string;
  /** Members that are in the list whatever is configured. */
  readonly always?: readonly string[];
}

/** A list of texts without repetition. */
export function textList(options: ListOptions): ValueType<readonly string[]> {
  const { check, always = [], resolve = (member: string) => member } = options;
  return {
    name: "list",
    expected: options.expected,
    mayBeEmpty: true,
    parse(found) {
      const members = membersOf(found);
      if (members === undefined) return rejected();
      const texts = members.map((value) => textOf({ value }) ?? "");
      const mistakes = texts.flatMap((member, index): Mistake[] => {
        const message = member === "" ? "must be a text that is not empty" : check?.(member);
        return message === undefined ? [] : [{ path: Array.isArray(found.value) ? [index] : [], message }];
      });
      if (mistakes.length > 0) return { ok: false, mistakes };
      return accepted([...new Set([...always, ...texts.map(resolve)])]);
    },
    show: (value) => [...value],
  };
}
