import type { TextTemplate } from "../../../template/template.ts";
import { parseAddress, printable } from "../mail/address.ts";

/** What a template renders to when no reference has a value, as far as that is known. */
export interface Sample {
  /** Stands for a reference without a default by `unknown`. */
  readonly text: string;
  /** Defaults are in it. */
  readonly hasDefaults: boolean;
}

/** No part of a text that can be sent. */
const unknown = "\0";

/** Of a text without mistakes. */
export function sampleOf({ $text }: TextTemplate): Sample {
  const parts = $text.map((part) => {
    const own = typeof part === "string" ? part : part.default || undefined; // an empty default is none: an entry may render to nothing
    return own?.replaceAll(unknown, "\u0001") ?? unknown;
  });
  return { text: parts.join(""), hasDefaults: $text.some((part) => typeof part === "object" && !!part.default) };
}

/** For messages about it. */
export function withDefaults({ hasDefaults }: Sample): string {
  return hasDefaults ? " (with its defaults)" : "";
}

/** Texts that stand beside each other in a sample, as far as they are known. */
export function knownIn({ text }: Pick<Sample, "text">): string {
  return text.replaceAll(unknown, "");
}

/** Why a sample can never be an address; undefined where it is one, or may be with what fills it. */
export function neverAddress(text: string): string | undefined {
  if (text.includes(unknown)) {
    const hasControl = !printable.test(text.trim().replaceAll(unknown, "x"));
    return hasControl ? "it holds a line break or another control character" : undefined;
  }
  const parsed = parseAddress(text);
  return "problem" in parsed ? parsed.problem : undefined;
}
