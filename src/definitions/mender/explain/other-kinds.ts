import { type JsonValue, pointerTo } from "../../../model/json.ts";
import { parseText } from "../../../template/syntax/parse-text.ts";
import type { Difference } from "./difference.ts";
import { leafDifferences } from "./json-leaves.ts";
import type { Members } from "./members.ts";

/** Of a `cli` part. */
export function commandDifferences(part: Members): Difference[] {
  const command = part.value("command");
  const program = Array.isArray(command) ? command[0] : undefined;
  if (typeof program !== "string") return [];
  const path = program.startsWith("/") ? program : `its absolute path, such as /usr/bin/${program}`;
  return [
    {
      at: pointerTo(part.pointer("command"), 0),
      rule: "commands",
      differs:
        "a command runs where allowed_binaries lists its absolute path, with a small environment of its own; nothing is looked up in PATH",
      advice: `Add ${path} to allowed_binaries of the workers${program.startsWith("/") ? "" : ", and write it here"}`,
    },
  ];
}

/** The fields of a `nats` part that matter here. */
export const messageNames = ["subject", "subjectFromInput", "data"] as const;

/** Of a `nats` part. `required`: inputs that a start must bring. */
export function messageDifferences(part: Members, required: readonly string[], streamNameIsSet: boolean): Difference[] {
  return [
    ...subjectDifferences(part),
    ...(streamNameIsSet ? [] : streamDifferences(part)),
    ...leafDifferences(part.value("data"), part.pointer("data"), required),
  ];
}

/** The original had a name of its own where none was configured. */
function streamDifferences(part: Members): Difference[] {
  if ((part.text("subject") ?? "") === "") return [];
  return [
    {
      at: part.pointer("subject"),
      rule: "subjects",
      differs:
        "the message goes to this subject as it is written; Mender's service put nats_stream_name and a dot before it, WORKFLOWS where that was not set",
      advice: "Set nats_stream_name: WORKFLOWS, or the name that your configuration has",
    },
  ];
}

function subjectDifferences(part: Members): Difference[] {
  if (!isFilled(part.text("subject") ?? "") || part.value("subjectFromInput") === true) return [];
  return [
    {
      at: part.pointer("subject"),
      rule: "subjects",
      differs: "an input or a result fills one token of the subject: one that holds a dot or a wildcard fails the task",
      advice: "Nothing, unless such values are meant: then say so by subjectFromInput: true beside subject",
    },
  ];
}

/** The fields of an `smtp` part that may name a file. */
const mailTexts = ["body", "html"] as const;

const recipients = ["to", "cc", "bcc"] as const;

/** The fields of an `smtp` part that matter here. */
export const mailNames = [...recipients, ...mailTexts] as const;

/** Of an `smtp` part. */
export function mailDifferences(part: Members): Difference[] {
  return [...recipientDifferences(part), ...textDifferences(part)];
}

function recipientDifferences(part: Members): Difference[] {
  return recipients.flatMap((field) => {
    const entries = part.value(field);
    return (Array.isArray(entries) ? entries : []).flatMap((entry: JsonValue, index): Difference[] => {
      if (typeof entry !== "string" || !isFilled(entry)) return [];
      return [
        {
          at: pointerTo(part.pointer(field), index),
          rule: "recipients",
          differs:
            "an input or a result fills one address: with a comma in it the task fails; Mender's service split the text at commas",
          advice:
            "Nothing, where it is one address; for several have clients send an array, to an entry that is nothing but the reference",
        },
      ];
    });
  });
}

/** Whether an input or a result stands in a text. */
function isFilled(text: string): boolean {
  return parseText(text).parts.some((part) => typeof part !== "string" && part.from !== "env");
}

function textDifferences(part: Members): Difference[] {
  return mailTexts.flatMap((field): Difference[] => {
    const text = part.text(field) ?? "";
    const at = part.pointer(field);
    if (text.startsWith("@"))
      return [
        {
          at,
          rule: "files-of-mails",
          differs:
            "the file is read when the definition is loaded, beside it or inside the folder of definitions, and becomes part of the definition",
          advice: "Put it there, and raise the version of the definition when it changes",
        },
      ];
    if (field !== "html" || !hasEscapedValues(text)) return [];
    return [
      {
        at,
        rule: "values-in-html",
        differs: "inputs and results are written with entities, so that they cannot become a part of the page",
        advice: "Nothing, unless clients send pieces of HTML: then write ${encoding=raw;...}",
      },
    ];
  });
}

/** A text that is one reference and nothing else is the HTML itself. */
function hasEscapedValues(html: string): boolean {
  const { parts } = parseText(html);
  if (parts.length === 1) return false;
  return parts.some((part) => typeof part !== "string" && part.from !== "env" && part.encoding === undefined);
}
