import { DefinitionError } from "../../../model/errors.ts";
import type { JsonPointer, JsonValue } from "../../../model/json.ts";
import { compileText } from "../../../template/compile.ts";
import { compileHtml } from "../../../template/compile-html.ts";
import type { TextTemplate } from "../../../template/template.ts";
import type { Checked } from "../../kind.ts";
import { Fields } from "../../part-fields.ts";
import { canBeSubject } from "../mail/subject.ts";
import { checkRecipients } from "./check-recipients.ts";
import { knownIn, neverAddress, sampleOf, withDefaults } from "./sample.ts";
import { fieldNames, maxTimeoutSeconds } from "./schema.ts";
import type { SmtpSpec } from "./spec.ts";

/** Checks an `smtp` part and compiles its templates. Throws `DefinitionError` with every mistake. */
export function checkSmtpPart(part: JsonValue, at: JsonPointer): Checked<SmtpSpec> {
  const fields = new Fields(part, at, fieldNames);
  const from = checkFrom(fields);
  const recipients = checkRecipients(fields);
  const subject = checkSubject(fields);
  const body = templateOf(fields, "body", compileText);
  const html = templateOf(fields, "html", compileHtml);
  const seconds = fields.timeout("timeout", maxTimeoutSeconds);
  if (fields.value("body") === undefined && fields.value("html") === undefined)
    fields.warning(at, "neither body nor html is there: the mail will be empty");
  if (fields.errors > 0) throw new DefinitionError(fields.problems);
  const spec: SmtpSpec = {
    from,
    ...recipients,
    subject,
    ...(body !== undefined && { body }),
    ...(html !== undefined && { html }),
    ...(seconds !== undefined && { timeoutMs: seconds * 1000 }),
  };
  return { spec, warnings: fields.problems };
}

function checkFrom(fields: Fields): TextTemplate {
  const at = fields.pointer("from");
  const text = fields.text("from");
  if (text === undefined) {
    if (fields.value("from") === undefined) fields.error(at, "from is missing: the address of the sender");
    return { $text: [] };
  }
  const found = fields.errors;
  const template = compileText(text, at, fields.problems);
  const sample = sampleOf(template);
  const problem = fields.errors > found ? undefined : neverAddress(sample.text);
  if (problem !== undefined)
    fields.error(at, `from${withDefaults(sample)} is not an address such as noreply@example.com: ${problem}`);
  return template;
}

function checkSubject(fields: Fields): TextTemplate {
  const at = fields.pointer("subject");
  const text = fields.text("subject");
  if (text === undefined) return { $text: [] };
  const template = compileText(text, at, fields.problems);
  const sample = sampleOf(template);
  if (!canBeSubject(knownIn(sample)))
    fields.error(
      at,
      `a subject is one line: it cannot hold a line break or another control character${withDefaults(sample)}`,
    );
  return template;
}

function templateOf(fields: Fields, name: "body" | "html", compile: typeof compileText): TextTemplate | undefined {
  const text = fields.text(name);
  return text === undefined ? undefined : compile(text, fields.pointer(name), fields.problems);
}
