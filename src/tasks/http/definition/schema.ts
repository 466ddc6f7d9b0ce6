import type { JsonObject } from "../../../model/json.ts";

const text = (description: string): JsonObject => ({ type: "string", description });

const timeout = (description: string): JsonObject => ({
  type: "integer",
  minimum: 0,
  maximum: 86_400_000,
  description,
});

const properties: JsonObject = {
  uri: {
    type: "string",
    minLength: 1,
    description:
      "Address to call. Scheme, host and port are literal or ${env.X}; values in the path and the query are percent-encoded.",
    examples: ["http://${env.INVENTORY_ADDR|inventory:8080}/devices/${workflow.input.device_id}"],
  },
  hostFromInput: {
    type: "boolean",
    default: false,
    description:
      "Allows inputs and results to fill scheme, host and port too: whoever starts a job chooses whom it calls.",
  },
  method: {
    type: "string",
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    description: "Default: POST where there is a body, else GET.",
    examples: ["GET", "POST", "PUT", "PATCH", "DELETE"],
  },
  payload: text("Body. In one that looks like JSON, values inside string literals are escaped."),
  body: text("The same as payload."),
  json: {
    description:
      "Body, any JSON, in which texts are templates: one that is exactly one reference takes the raw value. Sent as application/json, keys in the order in which they stand.",
  },
  formdata: {
    type: "object",
    additionalProperties: { type: ["string", "number", "boolean"] },
    description:
      "Body, fields of a form, names and values templates; sent as application/x-www-form-urlencoded, or as multipart/form-data where contentType says so.",
  },
  contentType: text("Header Content-Type. Default: that of the body, where it can be told."),
  headers: {
    type: "object",
    additionalProperties: { type: "string" },
    description: "Headers to send. Host, length and connection are set by the worker.",
  },
  statusCodes: {
    type: "array",
    items: { type: "integer", minimum: 200, maximum: 599 },
    description: "Answers that mean success. Default: all below 400.",
  },
  connectionTimeOut: timeout("Time to connect, in milliseconds. 0 means the default: 10000."),
  readTimeOut: timeout("Time for the whole answer, from the request on, in milliseconds. 0 means the default: 30000."),
};

/** JSON Schema of an `http` part. */
export const httpSchema: JsonObject = {
  type: "object",
  description: "A call over HTTP.",
  required: ["uri"],
  additionalProperties: false,
  properties,
};

export const fieldNames: readonly string[] = Object.keys(properties);
