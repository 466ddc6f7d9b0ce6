import type { JsonValue } from "../../../model/json.ts";
import type { Rendered } from "../../../template/template.ts";
import type { Recipients } from "../definition/spec.ts";
import { SmtpFailure } from "../failure.ts";
import { type Address, parseAddress } from "./address.ts";

/** Addresses of a text that separates them by commas; none is found inside quotes. */
export function listed(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/gu) ?? [])
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** The mailboxes of a list; what rendered to nothing is left out, as an optional parameter may. `where`: `to`, `cc` or `bcc`. Throws `SmtpFailure` (`mail_invalid`). */
export function mailboxesOf(entries: readonly Rendered<Recipients>[], where: string): Address[] {
  return entries.flatMap((entry, index) =>
    textsOf(entry, `${where}[${index}]`).map((text) => mailbox(text, `${where}[${index}]`)),
  );
}

export function mailbox(text: string, where: string): Address {
  const parsed = parseAddress(text);
  if (!("problem" in parsed)) return parsed;
  throw new SmtpFailure("mail_invalid", `${where} rendered to a text that is not an address: ${parsed.problem}`);
}

function textsOf(entry: Rendered<Recipients>, where: string): string[] {
  switch (entry.kind) {
    case "list":
      return listed(entry.text);
    case "one":
      return filled([entry.text]);
    case "value":
      return filled(valuesOf(entry.value, where));
    default:
      return entry satisfies never;
  }
}

function valuesOf(value: JsonValue, where: string): string[] {
  if (value === null) return [];
  const values = Array.isArray(value) ? value : [value];
  return values.map((each) => {
    if (typeof each === "string") return each;
    throw new SmtpFailure("mail_invalid", `${where} is neither a text nor an array of texts`);
  });
}

const filled = (texts: readonly string[]): string[] => texts.filter((text) => text.trim() !== "");
