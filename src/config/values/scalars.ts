import { closest } from "../../model/closest.ts";
import { accepted, type Found, rejected, type ValueType } from "./value-type.ts";

/** The text of any scalar; undefined for lists, mappings and nothing. */
export function textOf(found: Found): string | undefined {
  if (typeof found.value === "string") return found.value;
  if (typeof found.value === "number" || typeof found.value === "boolean") return found.text ?? String(found.value);
  return undefined;
}

export function text(options: { readonly mayBeEmpty?: boolean; readonly expected?: string } = {}): ValueType<string> {
  const mayBeEmpty = options.mayBeEmpty === true;
  return {
    name: "text",
    expected: options.expected ?? (mayBeEmpty ? "a text" : "a text that is not empty"),
    mayBeEmpty,
    parse(found) {
      const written = textOf(found);
      return written === undefined || (written === "" && !mayBeEmpty) ? rejected() : accepted(written);
    },
    show: (value) => value,
  };
}

const yes = ["true", "yes", "on", "1"];
const no = ["false", "no", "off", "0"];

/** Also the words that YAML 1.1 took for booleans: files of the original may hold them. */
export const boolean: ValueType<boolean> = {
  name: "boolean",
  expected: "true or false",
  parse(found) {
    const written = textOf(found)?.toLowerCase();
    if (written === undefined) return rejected();
    if (yes.includes(written)) return accepted(true);
    return no.includes(written) ? accepted(false) : rejected();
  },
  show: (value) => value,
};

/** A boolean for what is switched, not asserted. */
export const onOff: ValueType<boolean> = {
  ...boolean,
  name: "switch",
  expected: "on or off",
  show: (value) => (value ? "on" : "off"),
};

export function integer(min: number, max: number): ValueType<number> {
  return {
    name: "whole number",
    expected: `a whole number from ${min} to ${max}`,
    parse(found) {
      const written = textOf(found);
      if (written === undefined || !/^[+-]?\d{1,15}$/.test(written)) return rejected();
      const value = Number(written);
      return value >= min && value <= max ? accepted(value) : rejected();
    },
    show: (value) => value,
  };
}

export function choice<const Words extends readonly string[]>(words: Words): ValueType<Words[number]> {
  return {
    name: "word",
    expected: `one of ${words.join(", ")}`,
    parse(found) {
      const written = textOf(found);
      const word = words.find((candidate) => candidate === written?.toLowerCase());
      if (word !== undefined) return accepted(word);
      const suggestion = written === undefined ? undefined : closest(written, words);
      return rejected(suggestion === undefined ? {} : { suggestion });
    },
    show: (value) => value,
  };
}
