import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import type { CompiledText } from "../../definitions/compile-text.ts";
import { addDefinition } from "../../jobs/definitions/add.ts";
import { memberNamed } from "../../model/document/named-members.ts";
import { type DefinitionProblem, type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { isJsonObject, type JsonValue } from "../../model/json.ts";
import { maxDefinitionBytes } from "../../model/workflow.ts";
import type { DefinitionDocument } from "../../store/store.ts";
import { utf8 } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { answerWith } from "../openapi/described.ts";
import { DetailAnswer } from "../openapi/possible-errors.ts";
import { maxMistakes } from "../query.ts";

const failed = "Unable to parse the workflow definition";

const Definition = Type.Object(
  { name: Type.String({ minLength: 1 }), version: Type.Optional(Type.Integer()) },
  {
    additionalProperties: true,
    description: "A workflow; `workflows schema` prints its JSON Schema",
    examples: [
      {
        name: "greet",
        version: 1,
        inputParameters: ["name"],
        tasks: [{ name: "call", type: "http", http: { uri: "http://127.0.0.1:8080/status", method: "GET" } }],
      },
    ],
  },
);

const AddedAnswer = Type.Object({
  name: Type.String(),
  version: Type.Integer(),
  warnings: Type.Array(DetailAnswer, { description: "What is allowed but probably not meant" }),
});

const DefinitionsAnswer = Type.Array(Type.Unsafe<JsonValue>(Definition));

const path = "/api/v1/metadata/workflows";

const listSchema = {
  operationId: "listDefinitions",
  summary: "Lists the newest definition of each workflow",
  tags: ["Workflows"],
  response: { 200: answerWith(DefinitionsAnswer, { description: "Each as it was read or posted, by name" }) },
};

const addSchema = {
  operationId: "addDefinition",
  summary: "Adds a new version of a workflow",
  description:
    "Every server and worker knows it in seconds. A version never changes: one that is there already is refused.",
  tags: ["Workflows"],
  body: {
    content: {
      "application/json": { schema: Definition },
      "application/yaml": { schema: Definition },
    },
  },
  response: {
    201: answerWith(AddedAnswer, {
      description: "It is stored, and new jobs run it if its version is the highest",
      example: { name: "greet", version: 1, warnings: [] },
    }),
  },
};

/** Definitions at run time: the newest of each workflow, and a new one. */
export function addDefinitions(app: App, context: ApiContext): void {
  const { definitions } = context.deps.store;
  app.get(path, { config: { role: "read" }, schema: listSchema }, async () =>
    (await definitions.documents()).map(withVersion),
  );
  const bodyLimit = maxDefinitionBytes;
  app.post(
    path,
    { config: { role: "admin", errors: ["invalid_definition", "workflow_exists"] }, bodyLimit, schema: addSchema },
    async (request, reply) => add(context, request, reply),
  );
}

/** As it was posted or read; the version is told also where it is the one that a definition without a version has. */
function withVersion({ version, source }: DefinitionDocument): JsonValue {
  const isTold = !isJsonObject(source) || (memberNamed(source, "version") ?? null) !== null;
  return isTold ? source : { ...source, version };
}

async function add(
  { deps, compileOptions, logger }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Static<typeof AddedAnswer>> {
  const text = utf8(request.body, failed).toString("utf8");
  const { compileText } = await import("../../definitions/compile-text.ts"); // with its parser, which few servers ever need
  const isNamedYaml = isYaml(request);
  const compiled = compileText(text, isNamedYaml ? "yaml" : "json", compileOptions);
  if (compiled.kind !== "compiled") throw mistakesOf(compiled, isNamedYaml || looksLikeJson(text));
  const { workflow, source, warnings } = compiled;
  await addDefinition(deps, { workflow, source });
  const { name, version } = workflow;
  logger.info({ workflow: name, version, by: request.caller }, "definition added");
  reply.code(201);
  return { name, version, warnings: warnings.map(detailOf) };
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** What the client says that the body is: the gate takes that header out of `headers`, as other bodies are JSON whatever they are called. */
function isYaml({ raw: { rawHeaders } }: FastifyRequest): boolean {
  return rawHeaders.some(
    (name, at) =>
      at % 2 === 0 &&
      name.toLowerCase() === "content-type" &&
      /^(application|text)\/(x-)?yaml *(;|$)/i.test(rawHeaders[at + 1] ?? ""),
  );
}

/** `isRightType`: false where the body may be YAML that was sent without its type. */
function mistakesOf(compiled: Exclude<CompiledText, { kind: "compiled" }>, isRightType: boolean): WorkflowsError {
  if (compiled.kind === "unreadable") {
    const details = compiled.problems.slice(0, maxMistakes).map(({ message, place: { line, column } }) => {
      const isPlaced = message.includes("(line "); // by JSON's parser
      return { at: "", message: isPlaced ? message : `${message} (line ${line}, column ${column})` };
    });
    const hint = isRightType ? "" : "; YAML is read as such with Content-Type: application/yaml";
    return new WorkflowsError("invalid_body", `${failed}: ${details[0]?.message}${hint}`, { details });
  }
  const details = compiled.problems.slice(0, maxMistakes).map(detailOf);
  const first = details[0];
  const place = first === undefined || first.at === "" ? "" : `${first.at} `;
  const message = compiled.lacksName
    ? "Workflow missing name"
    : `Invalid workflow definition: ${place}${first?.message ?? ""}`;
  return new WorkflowsError("invalid_definition", message, { details });
}

function detailOf({ at, message, suggestion }: DefinitionProblem): ErrorDetail {
  return { at, message: suggestion === undefined ? message : `${message} (did you mean ${suggestion}?)` };
}
