import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { startJob } from "../../jobs/start.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { startOptions } from "./start-options.ts";

export const StartAnswer = Type.Object({ id: Type.String(), name: Type.String(), success: Type.Literal(true) });

const schema = {
  params: Type.Object({ name: Type.String() }),
  querystring: Type.Object({
    after: Type.Optional(
      Type.String({ description: "The job begins then: a time (RFC 3339), or so many seconds from now" }),
    ),
    priority: Type.Optional(Type.String({ description: "1 to 9, 9 is first; default: as the workflow says" })),
  }),
  response: { 201: StartAnswer },
};

type Start = { Params: Static<typeof schema.params> };

/** The start of a job: the body is read first, then the workflow is looked up. */
export function addStart(app: App, { deps, settings }: ApiContext): void {
  const start = async (request: FastifyRequest<Start>, reply: FastifyReply): Promise<Static<typeof StartAnswer>> => {
    const { name } = request.params;
    const input = parseJsonObject(request.body, "Unable to parse the input parameters", settings);
    const options = startOptions(request, deps.moment().nowMs);
    const { id, replayed } = await startJob(deps, { workflow: name, input, ...options });
    reply.code(201);
    if (replayed) reply.header("idempotency-replayed", "true");
    return { id, name, success: true };
  };
  for (const path of ["/api/workflow/:name", "/api/v1/workflow/:name"])
    app.post<Start>(path, { config: { role: "start", query: ["after", "priority"] }, schema }, start);
}
