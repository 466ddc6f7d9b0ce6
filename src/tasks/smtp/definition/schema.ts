import type { JsonObject } from "../../../model/json.ts";

/** A day, in seconds: an attempt holds a slot of its worker. */
export const maxTimeoutSeconds = 86_400;

const recipients = (description: string): JsonObject => ({ type: "array", items: { type: "string" }, description });

const properties: JsonObject = {
  from: {
    type: "string",
    minLength: 1,
    description: "The sender: an address, or NAME <ADDRESS>.",
    examples: ["Fleet <noreply@example.com>"],
  },
  to: recipients(
    "Recipients: each an address, or NAME <ADDRESS>. One that is a single reference may be an array of addresses; one that renders to nothing is left out.",
  ),
  cc: recipients("Recipients of a copy."),
  bcc: recipients("Recipients of a copy whom the others do not see."),
  subject: { type: "string", description: "Subject, in one line." },
  body: {
    type: "string",
    description:
      "The mail as plain text. Where it begins with @, the rest names a file beside the definition that holds the text.",
    examples: ["Hello ${workflow.input.name},\n\nwelcome!\n", "@welcome.txt"],
  },
  html: {
    type: "string",
    description:
      "The mail as HTML, alone or beside body. Values in it are escaped, unless they say encoding=raw. A file is named as in body.",
    examples: ["@welcome.html"],
  },
  timeout: {
    type: "integer",
    minimum: 0,
    maximum: maxTimeoutSeconds,
    description: "Seconds for the whole mail, from connecting to the server's last answer. 0 means the default: 60.",
  },
};

/** JSON Schema of an `smtp` part. */
export const smtpSchema: JsonObject = {
  type: "object",
  description: "A mail, sent by the server that smtp_host in the configuration names.",
  required: ["from"],
  anyOf: [{ required: ["to"] }, { required: ["cc"] }, { required: ["bcc"] }],
  additionalProperties: false,
  properties,
};

export const fieldNames: readonly string[] = Object.keys(properties);

/** Those whose text may stand in a file. */
export const fileFields: readonly string[] = ["body", "html"];
