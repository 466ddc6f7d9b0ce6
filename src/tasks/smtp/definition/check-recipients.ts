import { type JsonPointer, type JsonValue, kindOf, noText, pointerTo } from "../../../model/json.ts";
import { compileJson, compileText } from "../../../template/compile.ts";
import type { Fields } from "../../part-fields.ts";
import { listed } from "../mail/recipients.ts";
import { knownIn, neverAddress, type Sample, sampleOf, withDefaults } from "./sample.ts";
import type { Recipients, SmtpSpec } from "./spec.ts";

const lists = ["to", "cc", "bcc"] as const;

/** The lists of recipients, each entry compiled for what may fill it. */
export function checkRecipients(fields: Fields): Pick<SmtpSpec, "to" | "cc" | "bcc"> {
  const found = fields.errors;
  const [to, cc, bcc] = lists.map((name) => checkList(fields, name));
  const checked = { to: to ?? [], cc: cc ?? [], bcc: bcc ?? [] };
  if (fields.errors === found && lists.every((name) => checked[name].length === 0))
    fields.error(fields.pointer("to"), "to is missing: an array of the recipients' addresses");
  return checked;
}

function checkList(fields: Fields, name: (typeof lists)[number]): Recipients[] {
  const given = fields.value(name);
  const at = fields.pointer(name);
  if (given === undefined) return [];
  if (Array.isArray(given)) return given.flatMap((entry, index) => checkEntry(fields, entry, pointerTo(at, index)));
  fields.error(at, `${name} must be an array of addresses, not ${kindOf(given)}`);
  return [];
}

function checkEntry(fields: Fields, entry: JsonValue, at: JsonPointer): Recipients[] {
  if (typeof entry !== "string") {
    fields.error(at, `a recipient must be a text, not ${noText(entry)}`);
    return [];
  }
  const found = fields.errors;
  const text = compileText(entry.trim(), at, fields.problems);
  const [only, ...others] = text.$text;
  if (fields.errors > found || only === undefined) return [];
  const sample = sampleOf(text);
  if (text.$text.every((part) => typeof part === "string" || part.from === "env")) {
    for (const address of listed(sample.text)) checkAddress(fields, address, sample, at);
    return [{ kind: "list", text }];
  }
  if (isSeveral(sample.text))
    fields.error(
      at,
      `what inputs or results may fill is one address only, not several${withDefaults(sample)}: write each as an entry of its own`,
    );
  else checkAddress(fields, sample.text, sample, at);
  if (others.length > 0) return [{ kind: "one", text }];
  return [{ kind: "value", value: compileJson(entry.trim(), at, fields.problems) }];
}

/** A comma may also stand in the name before an address. */
function isSeveral(text: string): boolean {
  const [last, ...before] = listed(text).reverse();
  return before.length > 0 && (!last?.includes("<") || before.some((one) => one.includes("@")));
}

function checkAddress(fields: Fields, address: string, sample: Sample, at: JsonPointer): void {
  const problem = neverAddress(address);
  if (problem === undefined) return;
  const known = JSON.stringify(knownIn({ text: address }));
  fields.error(at, `${known}${withDefaults(sample)} is not an address: ${problem}`);
}
