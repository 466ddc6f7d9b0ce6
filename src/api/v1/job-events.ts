import { type Static, Type } from "typebox";
import { tellJob } from "../../jobs/actions/tell.ts";
import { jobNotFound } from "../../jobs/find.ts";
import { isJobId } from "../../model/ids.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";
import { jobPresenter } from "../mender/job.ts";
import { JobAnswer } from "../mender/job-presentation.ts";

const schema = {
  params: Type.Object({ id: Type.String(), event: Type.String() }),
  response: { 200: JobAnswer },
};

type Tell = { Params: Static<typeof schema.params> };

/** Tells a job of something that it waits for. The body is optional: a JSON object, which tasks behind the wait can read. */
export function addJobEvents(app: App, context: ApiContext): void {
  const { deps, settings } = context;
  const present = jobPresenter(context);
  app.post<Tell>("/api/v1/jobs/:id/events/:event", { config: { role: "start" }, schema }, async (request, reply) => {
    const { id, event } = request.params;
    const { body, caller: by } = request;
    const isEmpty = body === undefined || (Buffer.isBuffer(body) && body.length === 0);
    const data = isEmpty ? {} : parseJsonObject(body, "Unable to parse the body", settings);
    const idempotencyKey = idempotencyKeyOf(request);
    if (!isJobId(id)) throw jobNotFound();
    const happening = { event, data, by, ...(idempotencyKey !== undefined && { idempotencyKey }) };
    const { job, replayed } = await tellJob(deps, id, happening);
    if (replayed) reply.header("idempotency-replayed", "true");
    return present(job);
  });
}
