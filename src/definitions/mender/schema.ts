import type { FailureWords } from "../../model/failure-words.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { maxSearchable } from "../../model/search/labels.ts";
import { maxNameLength, maxSeconds, mostRunning, reservedNames } from "./fields.ts";
import { jobPolicyProperties, policyProperties } from "./policy-schema.ts";

/** Names stand in paths of the API. */
const namePattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]*$";

const names = (description: string): JsonObject => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  uniqueItems: true,
  description,
});

/** JSON Schema (draft 2020-12) of a definition in this dialect, for editors. `kinds`: the schema of each task type's part. */
export function menderSchema(
  kinds: ReadonlyMap<string, { readonly schema: JsonValue; readonly failures: FailureWords }>,
): JsonObject {
  const types = [...kinds.keys()];
  const failures = [...kinds.values()].map((kind) => kind.failures);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Workflow definition",
    type: "object",
    required: ["name", "tasks"],
    additionalProperties: false,
    properties: {
      name: {
        type: "string",
        pattern: namePattern,
        maxLength: maxNameLength,
        not: { enum: [...reservedNames] },
        description: "Stands in the path of the API: POST /api/v1/workflow/NAME.",
      },
      description: { type: "string", description: "For people." },
      version: {
        type: "integer",
        minimum: 0,
        default: 1,
        description: "Of several definitions of one name the highest version is started. Running jobs keep theirs.",
      },
      schemaVersion: { enum: [0, 1], description: "Of this dialect." },
      topic: {
        type: "string",
        pattern: "^[^\\s,*]*$",
        maxLength: maxNameLength,
        default: "default",
        description: "Workers that take this topic run its jobs (setting `topics`).",
      },
      ephemeral: {
        type: "boolean",
        default: false,
        description: "A job that has completed is removed at once; one that failed is kept like any other.",
      },
      inputParameters: names("Inputs that a start must bring."),
      optionalParameters: names("Inputs that a start may bring."),
      secretParameters: names("Inputs whose values people must not see."),
      searchable: {
        ...names("Inputs by whose values jobs can be found: declared ones that are not secret."),
        maxItems: maxSearchable,
      },
      timeout: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: maxSeconds,
        description: "Seconds from the start to the end of a job, everything included. Default: no limit.",
      },
      maxRunning: {
        type: "integer",
        minimum: 1,
        maximum: mostRunning,
        description:
          "At most so many jobs of the workflow are with workers at once, in the whole fleet. Default: any number.",
      },
      priority: {
        type: "integer",
        minimum: 1,
        maximum: 9,
        default: 5,
        description: "Of its jobs, unless a start says another: 9 is claimed first, 1 last.",
      },
      ...jobPolicyProperties(),
      onFailure: {
        type: "string",
        pattern: namePattern,
        maxLength: maxNameLength,
        description: "Name of the workflow that is started when a job of this one failed or timed out.",
      },
      tasks: { type: "array", minItems: 1, items: { $ref: "#/$defs/task" }, description: "Run one after the other." },
    },
    $defs: {
      task: taskSchema(types, failures),
      undo: undoSchema(types, failures),
      ...Object.fromEntries([...kinds].map(([type, { schema }]) => [type, schema])),
    },
  };
}

function taskSchema(types: readonly string[], failures: readonly FailureWords[]): JsonObject {
  const run = runSchema(types, failures);
  return {
    type: "object",
    required: ["name", "type"],
    additionalProperties: false,
    properties: {
      name: {
        type: "string",
        minLength: 1,
        maxLength: maxNameLength,
        description: "Later tasks read its result as ${NAME.json.PATH}.",
      },
      ...run.properties,
      undo: { $ref: "#/$defs/undo" },
    },
    allOf: run.allOf,
  };
}

function undoSchema(types: readonly string[], failures: readonly FailureWords[]): JsonObject {
  const description =
    "Undoes the task once it has completed, if its job fails, times out or is cancelled. A task without a name: it has policies of its own.";
  return {
    type: "object",
    required: ["type"],
    additionalProperties: false,
    description,
    ...runSchema(types, failures),
  };
}

function runSchema(
  types: readonly string[],
  failures: readonly FailureWords[],
): { readonly properties: JsonObject; readonly allOf: JsonObject[] } {
  return {
    properties: {
      type: { enum: [...types], description: "What the task does; its details stand in the field of that name." },
      ...policyProperties(failures),
      requires: {
        type: "array",
        items: { type: "string" },
        description: "The task is skipped when one of these renders to nothing.",
      },
      ...Object.fromEntries(types.map((type) => [type, { $ref: `#/$defs/${type}` }])),
    },
    allOf: types.map((type) => ({ if: { properties: { type: { const: type } } }, then: { required: [type] } })),
  };
}
