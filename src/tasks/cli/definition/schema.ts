import type { JsonObject } from "../../../model/json.ts";

/** A week, in seconds: an attempt holds a slot of its worker. */
export const maxTimeoutSeconds = 604_800;

const properties: JsonObject = {
  command: {
    type: "array",
    minItems: 1,
    items: { type: "string" },
    description:
      "The program, by an absolute path that allowed_binaries lists, and its arguments. Each text is a template and becomes one argument; no shell reads it.",
    examples: [["/usr/bin/sha256sum", "--", "${workflow.input.file}"]],
  },
  executionTimeOut: {
    type: "integer",
    minimum: 0,
    maximum: maxTimeoutSeconds,
    description:
      "Seconds that the command may run; then it and everything it started is ended. 0 means the default: 14400, 4 hours.",
  },
  successCodes: {
    type: "array",
    minItems: 1,
    items: { type: "integer", minimum: 0, maximum: 255 },
    description: "Exit codes that mean success. Default: 0 alone.",
  },
};

/** JSON Schema of a `cli` part. */
export const cliSchema: JsonObject = {
  type: "object",
  description: "A command on the worker's machine.",
  required: ["command"],
  additionalProperties: false,
  properties,
};

export const fieldNames: readonly string[] = Object.keys(properties);
