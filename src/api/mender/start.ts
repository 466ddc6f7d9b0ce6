import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { startJob } from "../../jobs/start.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { answerWith, replayedHeader, WorkflowName } from "../openapi/described.ts";
import type { Watchers } from "../v1/watch/watchers.ts";
import { startHeaders, startOptions, startQuery } from "./start-options.ts";
import { type Finished, FinishedAnswer, startAndWait, waitOf, waitQuery } from "./start-wait.ts";

export const StartAnswer = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: "Of the workflow" }),
    success: Type.Literal(true),
    ephemeral: Type.Optional(Type.Literal(true, { description: "The job is removed when it has completed" })),
  },
  { title: "StartedJob" },
);

const locationHeader = { Location: Type.String({ description: "Where the job can be read" }) };

const schema = {
  summary: "Starts a job",
  description:
    "The answer means that the job is stored and will run, whatever dies from now on. With `wait` it comes when the job has ended, or when the time is over.",
  tags: ["Jobs"],
  params: Type.Object({ name: WorkflowName }),
  querystring: Type.Object({ ...startQuery.properties, ...waitQuery.properties }),
  headers: startHeaders,
  body: Type.Record(Type.String(), Type.Unknown(), {
    description: "The inputs, any JSON each: those that the workflow needs, and any others",
    examples: [{ name: "Ada" }],
  }),
  response: {
    200: answerWith(FinishedAnswer, {
      description: "With `wait`: the job has ended, however it did",
      headers: { ...replayedHeader, ...locationHeader },
    }),
    202: answerWith(StartAnswer, {
      description: "With `wait`: the job is stored, and had not ended when the time was over or the server stopped",
      headers: { ...replayedHeader, ...locationHeader },
    }),
    201: answerWith(StartAnswer, {
      description: "The job is stored",
      headers: replayedHeader,
      example: { id: "0199f3c2a1b40000c0ffee00", name: "greet", success: true },
    }),
  },
};

/** The original's path, and ours. */
const paths = { startJobAsOriginal: "/api/workflow/:name", startJob: "/api/v1/workflow/:name" } as const;

type Start = { Params: Static<typeof schema.params> };

/**
 * The start of a job: the body is read first, then the workflow is looked up. With `wait` it is answered by the job that has ended (200), or, where that takes
 * longer, as without, and with its address (202).
 */
export function addStart(app: App, context: ApiContext, watchers: Watchers): void {
  const { deps, settings } = context;
  const startWaiting = startAndWait(context, watchers);
  const start = async (
    request: FastifyRequest<Start>,
    reply: FastifyReply,
  ): Promise<Static<typeof StartAnswer> | Finished> => {
    const { name } = request.params;
    const input = parseJsonObject(request.body, "Unable to parse the input parameters", settings);
    const ask = { workflow: name, input, ...startOptions(request, deps.moment().nowMs) };
    const waitMs = waitOf(request);
    const { started, finished } =
      waitMs === undefined
        ? { started: await startJob(deps, ask), finished: undefined }
        : await startWaiting(ask, waitMs, reply);
    const { id, replayed, ephemeral } = started;
    if (replayed) reply.header("idempotency-replayed", "true");
    reply.code(waitMs === undefined ? 201 : finished === undefined ? 202 : 200);
    if (waitMs !== undefined) reply.header("location", `/api/v1/jobs/${id}`);
    return finished ?? { id, name, success: true, ...(ephemeral !== undefined && { ephemeral }) };
  };
  const errors = ["missing_input_parameters", "workflow_not_found", "idempotency_conflict"] as const;
  const config = { role: "start", query: ["after", "priority", "wait"], errors } as const;
  for (const [operationId, path] of Object.entries(paths))
    app.post<Start>(path, { config, schema: { operationId, ...schema } }, start);
}
