import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { startJob } from "../../jobs/start.ts";
import { WorkflowsError } from "../../model/errors.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";

export const StartAnswer = Type.Object({ id: Type.String(), name: Type.String(), success: Type.Literal(true) });

const schema = { params: Type.Object({ name: Type.String() }), response: { 201: StartAnswer } };

type Start = { Params: Static<typeof schema.params> };

/** The start of a job: the body is read first, then the workflow is looked up. */
export function addStart(app: App, { deps, settings }: ApiContext): void {
  const start = async (request: FastifyRequest<Start>, reply: FastifyReply): Promise<Static<typeof StartAnswer>> => {
    const { name } = request.params;
    const input = parseJsonObject(request.body, "Unable to parse the input parameters", settings);
    const idempotencyKey = idempotencyKeyOf(request);
    const minVersion = minVersionOf(request);
    const { id, replayed } = await startJob(deps, {
      workflow: name,
      input,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(minVersion !== undefined && { minVersion }),
    });
    reply.code(201);
    if (replayed) reply.header("idempotency-replayed", "true");
    return { id, name, success: true };
  };
  for (const path of ["/api/workflow/:name", "/api/v1/workflow/:name"])
    app.post<Start>(path, { config: { role: "start" }, schema }, start);
}

function minVersionOf({ headers }: FastifyRequest<Start>): number | undefined {
  const version = headers["x-workflows-min-version"];
  if (version === undefined) return undefined;
  if (typeof version === "string" && /^\d{1,9}$/.test(version)) return Number(version);
  throw new WorkflowsError("invalid_request", "X-Workflows-Min-Version must be a whole number, at most 999999999");
}
