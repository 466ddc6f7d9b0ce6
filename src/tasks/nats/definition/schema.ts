import type { JsonObject } from "../../../model/json.ts";

const properties: JsonObject = {
  subject: {
    type: "string",
    minLength: 1,
    description:
      "Subject to publish to; a JetStream stream must take it. A value fills one token, or a part of one: it must not hold a dot.",
    examples: ["inventory.${workflow.input.tenant_id}"],
  },
  subjectFromInput: {
    type: "boolean",
    default: false,
    description:
      "Allows inputs and results to bring several tokens, or the whole subject: whoever starts a job chooses where it publishes to.",
  },
  data: {
    description:
      "The message, any JSON, in which texts are templates. A text that is exactly one reference takes the raw value. Default: null.",
    examples: [{ device: "${workflow.input.device_id}", status: "accepted" }],
  },
};

/** JSON Schema of a `nats` part. */
export const natsSchema: JsonObject = {
  type: "object",
  description: "A message to a JetStream stream of a NATS server.",
  required: ["subject"],
  additionalProperties: false,
  properties,
};

export const fieldNames: readonly string[] = Object.keys(properties);
