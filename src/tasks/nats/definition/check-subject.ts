import { compileText } from "../../../template/compile.ts";
import type { Reference, TextPart } from "../../../template/template.ts";
import type { Fields } from "../../part-fields.ts";
import { fitsInToken, problemOf } from "../subject.ts";
import type { NatsSpec, SubjectPart } from "./spec.ts";

type Where = Pick<NatsSpec, "subject" | "openSubject">;

/** The `subject`, in its parts. */
export function checkSubject(fields: Fields): Where | undefined {
  const openSubject = fields.flag("subjectFromInput");
  const text = fields.text("subject");
  const at = fields.pointer("subject");
  if (text === undefined) {
    if (fields.value("subject") === undefined) fields.error(at, "subject is missing: where to publish to");
    return undefined;
  }
  const found = fields.errors;
  const parts = compileText(text, at, fields.problems).$text;
  if (fields.errors === found) {
    const problem = problemOf(assumed(parts));
    if (problem !== undefined) fields.error(at, `the subject ${problem}`);
    else if (!openSubject) checkDefaults(fields, parts);
  }
  return { subject: split(parts), ...(openSubject && { openSubject }) };
}

/** A default counts as the value that it stands for: when it is rendered nobody can tell them apart. */
function checkDefaults(fields: Fields, parts: readonly TextPart[]): void {
  const wide = parts.find((part) => isValue(part) && !fitsInToken(part.default ?? ""));
  if (typeof wide === "object")
    fields.error(
      fields.pointer("subject"),
      `the default of ${named(wide)} holds a ".": a value fills one token only, unless subjectFromInput is true`,
    );
}

function isValue(part: TextPart): part is Reference {
  return typeof part === "object" && part.from !== "env";
}

/** A text such as the parts may render to: a reference gives its default, else a letter. */
function assumed(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === "string" ? part : part.default || "a")).join("");
}

function split(parts: readonly TextPart[]): SubjectPart[] {
  const subject: SubjectPart[] = [];
  for (const part of parts) {
    const last = subject.at(-1);
    if (isValue(part)) subject.push({ kind: "value", of: named(part), text: { $text: [part] } });
    else if (last?.kind === "own") last.text.$text.push(part);
    else subject.push({ kind: "own", text: { $text: [part] } });
  }
  return subject;
}

/** About as the definition writes it. */
function named({ from, name, path = [] }: Reference): string {
  const inside = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return `\${${from === "result" ? `${name}.json` : `workflow.${from}.${name}`}${inside}}`;
}
