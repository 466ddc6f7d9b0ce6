import { type Static, Type } from "typebox";
import { cancelJob } from "../../jobs/cancel.ts";
import { jobNotFound } from "../../jobs/find.ts";
import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { isJobId } from "../../model/ids.ts";
import { type JsonObject, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiContext, App } from "../context.ts";
import { jobPresenter } from "../mender/job.ts";
import { JobAnswer } from "../mender/job-presentation.ts";
import type { ApiSettings } from "../settings.ts";

const maxReasonLength = 1000;

const schema = { params: Type.Object({ id: Type.String() }), response: { 200: JobAnswer } };

type Cancel = { Params: Static<typeof schema.params> };

/** Ends a job that is not final, at once. The body is optional: `{"reason": "..."}`. */
export function addCancel(app: App, context: ApiContext): void {
  const present = jobPresenter(context);
  app.post<Cancel>("/api/v1/jobs/:id/cancel", { config: { role: "admin" }, schema }, async (request) => {
    const reason = reasonOf(request.body, context.settings);
    const { id } = request.params;
    if (!isJobId(id)) throw jobNotFound();
    const by = request.caller;
    return present(await cancelJob(context.deps, id, { by, ...(reason !== undefined && { reason }) }));
  });
}

function reasonOf(body: unknown, settings: ApiSettings): string | undefined {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return undefined;
  const { reason, ...others } = parseJsonObject(body, "Unable to parse the body", settings);
  const details: ErrorDetail[] = Object.keys(others).map((name) => ({
    at: pointerTo("", name),
    message: "is not known",
  }));
  if (reason !== undefined && !isReason(reason))
    details.push({ at: "/reason", message: `must be a text of at most ${maxReasonLength} characters` });
  if (details.length > 0) throw invalidBody(details);
  return isReason(reason) ? reason : undefined;
}

function isReason(value: JsonObject[string] | undefined): value is string {
  return typeof value === "string" && value.length <= maxReasonLength;
}

function invalidBody(details: readonly ErrorDetail[]): WorkflowsError {
  const first = details[0];
  return new WorkflowsError("invalid_request", `Invalid body: ${first?.at} ${first?.message}`, { details });
}
