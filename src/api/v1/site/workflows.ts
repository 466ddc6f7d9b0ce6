import { type Static, Type } from "typebox";
import { definitionAt, workflowAt } from "../../../jobs/site/workflows.ts";
import type { Workflow } from "../../../model/workflow.ts";
import type { ApiContext, App } from "../../context.ts";
import { answerWith, WorkflowName } from "../../openapi/described.ts";
import { invalidQuery, mistaken, refuseUnknownNames, singleText } from "../../query.ts";

const WorkflowSummary = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer({ description: "The newest: what new jobs run" }),
    versions: Type.Integer({ description: "How many there are" }),
    digest: Type.String({ description: "SHA-256 of what is compiled from the newest" }),
    description: Type.String(),
    topic: Type.String({ description: "Workers that take it run the jobs" }),
    inputParameters: Type.Array(Type.String(), { description: "Inputs that a start must bring" }),
    optionalParameters: Type.Array(Type.String()),
  },
  { title: "WorkflowSummary" },
);

export const WorkflowsAnswer = Type.Object({ workflows: Type.Array(WorkflowSummary, { description: "By name" }) });

const Version = Type.Object({ version: Type.Integer(), digest: Type.String() });

export const WorkflowAnswer = Type.Object(
  {
    ...WorkflowSummary.properties,
    versions: Type.Array(Version, { description: "Newest first, at most 1,000" }),
  },
  { title: "Workflow" },
);

export const DefinitionAnswer = Type.Object(
  {
    name: Type.String(),
    ...Version.properties,
    definition: Type.Unknown({ description: "The document as it was read or posted" }),
  },
  { title: "Definition" },
);

const listSchema = {
  operationId: "listWorkflows",
  summary: "Lists the workflows that can be started",
  tags: ["Workflows"],
  response: { 200: answerWith(WorkflowsAnswer, { description: "The newest version of each" }) },
};

const schema = {
  operationId: "getWorkflow",
  summary: "Tells the versions of a workflow, or the document of one",
  tags: ["Workflows"],
  params: Type.Object({ name: WorkflowName }),
  querystring: Type.Object({
    version: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 999_999_999_999_999, description: "The document of this version instead" }),
    ),
  }),
  response: {
    200: answerWith(Type.Union([WorkflowAnswer, DefinitionAnswer]), {
      description: "With `version` the document, else the versions",
    }),
  },
};

type Query = { Querystring: Record<string, unknown> };

/** The workflows that can be started, the versions of one, and the document of one version. */
export function addWorkflows(app: App, { deps }: ApiContext): void {
  const { catalog, store } = deps;
  app.get(
    "/api/v1/workflows",
    { config: { role: "read" }, schema: listSchema },
    async (): Promise<Static<typeof WorkflowsAnswer>> => {
      await catalog.refreshIfChanged();
      const counts = await store.definitions.versionCounts();
      return { workflows: catalog.all().map((one) => ({ ...summaryOf(one), versions: counts.get(one.name) ?? 1 })) };
    },
  );
  app.get<{ Params: Static<typeof schema.params> } & Query>(
    "/api/v1/workflows/:name",
    { config: { role: "read", errors: ["workflow_not_found"] }, schema },
    async ({ params, query }): Promise<Static<typeof WorkflowAnswer> | Static<typeof DefinitionAnswer>> => {
      refuseUnknownNames(query, ["version"]);
      const version = versionOf(query);
      if (version !== undefined) return definitionAt(deps, params.name, version);
      const { newest, versions } = await workflowAt(deps, params.name);
      return { ...summaryOf(newest), versions };
    },
  );
}

function summaryOf(workflow: Workflow): Omit<Static<typeof WorkflowSummary>, "versions"> {
  const { name, version, digest, description, topic, inputParameters, optionalParameters } = workflow;
  const parameters = { inputParameters: [...inputParameters], optionalParameters: [...optionalParameters] };
  return { name, version, digest, description, topic, ...parameters };
}

/** Throws invalid_request. */
function versionOf(query: Readonly<Record<string, unknown>>): number | undefined {
  const written = singleText(query, "version");
  if (written === undefined) return undefined;
  if (/^\d{1,15}$/.test(written) && Number(written) >= 1) return Number(written);
  throw invalidQuery([mistaken("version", "must be a whole number from 1 on")]);
}
