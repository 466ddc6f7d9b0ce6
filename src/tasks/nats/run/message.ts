import { quoted } from "../../../model/cut-text.ts";
import type { Rendered } from "../../../template/template.ts";
import type { NatsSpec, SubjectPart } from "../definition/spec.ts";
import { NatsFailure } from "../failure.ts";
import { fitsInToken, problemOf } from "../subject.ts";

/** A message that can be published as it is. */
export interface Message {
  readonly subject: string;
  /** JSON. */
  readonly payload: string;
}

/** Makes the message of one attempt. Throws `NatsFailure` (`subject_invalid`) for values that make no subject, or another one than the definition meant. */
export function messageOf(spec: Rendered<NatsSpec>, prefix: string | undefined): Message {
  const { subject: parts, openSubject = false } = spec;
  const subject = parts.map((part) => (openSubject ? part.text : within(part))).join("");
  const problem = problemOf(subject);
  if (problem !== undefined) throw invalid(`the subject ${quoted(subject)} ${problem}`);
  if (subject.startsWith("$") && !(parts[0]?.kind === "own" && parts[0].text.startsWith("$")))
    throw invalid(
      `the subject ${quoted(subject)} begins with "$", as those of the servers themselves do: only a definition may say so, no input or result`,
    );
  return { subject: prefix === undefined ? subject : `${prefix}.${subject}`, payload: spec.data };
}

function within(part: Rendered<SubjectPart>): string {
  if (part.kind === "own" || fitsInToken(part.text)) return part.text;
  throw invalid(
    `${part.of} is ${quoted(part.text)} and cannot stand in the subject: a value fills one token and holds no ".", no space, no "*" and no ">" (subjectFromInput in the definition lets it bring several tokens)`,
  );
}

function invalid(message: string): NatsFailure {
  return new NatsFailure("subject_invalid", message);
}
