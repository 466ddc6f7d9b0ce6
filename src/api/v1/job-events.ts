import { type Static, Type } from "typebox";
import { tellJob } from "../../jobs/actions/tell.ts";
import { jobNotFound } from "../../jobs/find.ts";
import { isJobId } from "../../model/ids.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";
import { jobPresenter } from "../mender/job.ts";
import { JobAnswer } from "../mender/job-presentation.ts";
import { answerWith, idempotencyKeyHeader, JobId, replayedHeader } from "../openapi/described.ts";

const schema = {
  operationId: "tellJob",
  summary: "Tells a job of an event that it waits for, or will",
  tags: ["Actions"],
  params: Type.Object({
    id: JobId,
    event: Type.String({ minLength: 1, description: "Its name, as the definition has it", examples: ["approved"] }),
  }),
  headers: Type.Object(idempotencyKeyHeader),
  body: Type.Record(Type.String(), Type.Unknown(), {
    description: "What later tasks can read",
    examples: [{ approvedBy: "eve" }],
  }),
  response: { 200: answerWith(JobAnswer, { description: "The job as it is then", headers: replayedHeader }) },
};

const errors = [
  "job_not_found",
  "not_awaited",
  "not_allowed_in_state",
  "definition_missing",
  "job_incomplete",
  "job_too_new",
] as const;

type Tell = { Params: Static<typeof schema.params> };

/** Tells a job of something that it waits for. The body is optional: a JSON object, which tasks behind the wait can read. */
export function addJobEvents(app: App, context: ApiContext): void {
  const { deps, settings } = context;
  const present = jobPresenter(context);
  app.post<Tell>(
    "/api/v1/jobs/:id/events/:event",
    { config: { role: "start", bodyIsOptional: true, errors }, schema },
    async (request, reply) => {
      const { id, event } = request.params;
      const { body, caller: by } = request;
      const isEmpty = body === undefined || (Buffer.isBuffer(body) && body.length === 0);
      const data = isEmpty ? {} : parseJsonObject(body, "Unable to parse the body", settings);
      const idempotencyKey = idempotencyKeyOf(request);
      if (!isJobId(id)) throw jobNotFound(id);
      const happening = { event, data, by, ...(idempotencyKey !== undefined && { idempotencyKey }) };
      const { job, replayed } = await tellJob(deps, id, happening);
      if (replayed) reply.header("idempotency-replayed", "true");
      return present(job);
    },
  );
}
