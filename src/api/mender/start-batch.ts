import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { type MemberAnswer, mostInputs, startJobs } from "../../jobs/start-batch.ts";
import { WorkflowsError } from "../../model/errors.ts";
import type { Log } from "../../model/log.ts";
import { fewAtOnce } from "../access/few-at-once.ts";
import { parseJsonObjects } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { errorTable } from "../errors.ts";
import { answerWith, replayedHeader, WorkflowName } from "../openapi/described.ts";
import { DetailAnswer } from "../openapi/possible-errors.ts";
import { startHeaders, startOptions, startQuery } from "./start-options.ts";

/**
 * Batches that are received, stored or answered by one server at once: each may fill memory with as much as `max_batch_bytes`, several times over, for
 * as long as its jobs are being stored, even if its client has gone away.
 */
const mostAtOnce = 8;

const StartedMember = Type.Object({
  id: Type.String(),
  name: Type.String(),
  replayed: Type.Optional(
    Type.Literal(true, {
      description: "The job was there already, from an earlier batch with the same Idempotency-Key",
    }),
  ),
});

const RefusedMember = Type.Object({
  error: Type.String(),
  code: Type.String(),
  details: Type.Array(DetailAnswer),
});

export const BatchAnswer = Type.Array(Type.Union([StartedMember, RefusedMember]));

const schema = {
  operationId: "startJobs",
  summary: "Starts many jobs of one workflow",
  description:
    "Each input has an answer of its own, in the same order: a mistake in one keeps no other from starting. A batch that is repeated under its Idempotency-Key starts what is missing, and nothing twice.",
  tags: ["Jobs"],
  params: Type.Object({ name: WorkflowName }),
  querystring: startQuery,
  headers: startHeaders,
  body: Type.Array(Type.Unknown({ description: "An object of inputs; what is none is refused by itself" }), {
    maxItems: mostInputs,
    description: "The inputs of each job",
    examples: [[{ name: "Ada" }, { name: "Grace" }]],
  }),
  response: {
    201: answerWith(BatchAnswer, {
      description: "What became of each",
      headers: replayedHeader,
      example: [
        { id: "0199f3c2a1b40000c0ffee00", name: "greet" },
        {
          error: "Missing input parameters: [name]",
          code: "missing_input_parameters",
          details: [{ at: "/1", message: 'The workflow needs the input parameter "name"' }],
        },
      ],
    }),
  },
};

type Start = { Params: Static<typeof schema.params> };

/** Starts of many jobs of one workflow, each with an answer of its own. */
export function addStartBatch(app: App, { deps, settings, logger }: ApiContext): void {
  const start = async (request: FastifyRequest<Start>, reply: FastifyReply): Promise<Static<typeof BatchAnswer>> => {
    const { name } = request.params;
    const inputs = parseJsonObjects(request.body, "Unable to parse the input parameters", mostInputs, settings);
    const options = startOptions(request, deps.moment().nowMs);
    const answers = await startJobs(deps, { workflow: name, inputs, ...options });
    reply.code(201);
    const replayed = answers.length > 0 && answers.every((answer) => "replayed" in answer && answer.replayed);
    if (replayed) reply.header("idempotency-replayed", "true");
    return answers.map((answer, index) => presentMember(answer, index, name, logger));
  };
  const errors = ["workflow_not_found"] as const; // of the batch as a whole
  const config = { role: "start", query: ["after", "priority"], errors } as const;
  const bodyLimit = settings.maxBatchBytes;
  const places = fewAtOnce(mostAtOnce, "batches");
  const handler = (request: FastifyRequest<Start>, reply: FastifyReply) =>
    places.during(request, start(request, reply));
  app.post<Start>("/api/v1/workflow/:name/batch", { config, schema, bodyLimit, onRequest: places.onRequest }, handler);
}

function presentMember(
  answer: MemberAnswer,
  index: number,
  name: string,
  logger: Log,
): Static<typeof BatchAnswer>[number] {
  if (!(answer instanceof WorkflowsError))
    return { id: answer.id, name, ...(answer.replayed && { replayed: true as const }) };
  const { code } = answer;
  const details = answer.details.map(({ at, message }) => ({ at: `/${index}${at}`, message }));
  if (code !== "internal") return { error: answer.message, code, details };
  logger.error({ err: answer, member: index }, "A member of a batch failed");
  return { error: errorTable.internal.message, code, details: [] };
}
