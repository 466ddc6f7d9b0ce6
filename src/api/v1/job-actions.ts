import { Type } from "typebox";
import { cancelJob } from "../../jobs/actions/cancel.ts";
import { deleteJob } from "../../jobs/actions/delete.ts";
import { pauseJob } from "../../jobs/actions/pause.ts";
import { restartJob } from "../../jobs/actions/restart.ts";
import { resumeJob } from "../../jobs/actions/resume.ts";
import { retryJob } from "../../jobs/actions/retry.ts";
import { skipTask } from "../../jobs/actions/skip.ts";
import { jobNotFound } from "../../jobs/find.ts";
import type { ErrorCode } from "../../model/errors.ts";
import { type JobId as Id, isJobId } from "../../model/ids.ts";
import type { ApiContext, App } from "../context.ts";
import { jobPresenter } from "../mender/job.ts";
import { JobAnswer } from "../mender/job-presentation.ts";
import { answerWith, JobId } from "../openapi/described.ts";
import { type ActionMember, askSchema, parseAsk, parseTaskAsk } from "./action-body.ts";

type Act = { Params: { readonly id: string } };

interface Action {
  readonly summary: string;
  /** What its body may hold beside the reason. */
  readonly members?: readonly ActionMember[];
  /** What its body must hold. */
  readonly required?: readonly ActionMember[];
  readonly errors?: readonly ErrorCode[];
}

/** What the body of an action may hold, and how it is described; `name` as in `cancel`. */
function taking(name: string, { summary, members = [], required = [], errors = [] }: Action) {
  const body = ["reason", ...members] as const;
  const optional = { bodyIsOptional: true } as const;
  return {
    config: {
      role: "admin",
      body,
      errors: ["job_not_found", "not_allowed_in_state", "job_too_new", ...errors],
      ...(required.length === 0 && optional),
    },
    schema: {
      operationId: `${name}Job`,
      summary,
      description:
        "In a state that does not allow it, it is refused and nothing is changed. The history names the token that did it.",
      tags: ["Actions"],
      params: Type.Object({ id: JobId }),
      body: askSchema(members, required, { example: { reason: "wrong device" } }),
      response: { 200: answerWith(JobAnswer, { description: "The job as it is then" }) },
    },
  } as const;
}

/** Of what lets a job go on; it can end all the same. */
const ofIncomplete = ["definition_missing", "job_incomplete"] as const;

const ofOneTask = ["invalid_request", "task_not_found", ...ofIncomplete] as const;

/** What people do with a job. The body is optional unless a task must be named: `{"reason": "..."}`, and what else an action takes. */
export function addJobActions(app: App, context: ApiContext): void {
  const { deps, settings, logger } = context;
  const present = jobPresenter(context);
  const pause = taking("pause", {
    summary: "Lets a job begin nothing new; what runs may end",
    errors: ofIncomplete,
  });
  app.post<Act>("/api/v1/jobs/:id/pause", pause, async (request) => {
    const ask = parseAsk(request.body, settings);
    return present(await pauseJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const resume = taking("resume", { summary: "Lets a paused job go on", errors: ofIncomplete });
  app.post<Act>("/api/v1/jobs/:id/resume", resume, async (request) => {
    const ask = parseAsk(request.body, settings);
    return present(await resumeJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const cancel = taking("cancel", { summary: "Ends a job that has not ended", members: ["undo"] });
  app.post<Act>("/api/v1/jobs/:id/cancel", cancel, async (request) => {
    const ask = parseAsk(request.body, settings, ["undo"]);
    return present(await cancelJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const restart = taking("restart", {
    summary: "Runs a job that has ended once more from the beginning",
    members: ["version"],
    errors: ["workflow_not_found", "missing_input_parameters", ...ofIncomplete],
  });
  app.post<Act>("/api/v1/jobs/:id/restart", restart, async (request) => {
    const ask = parseAsk(request.body, settings, ["version"]);
    return present(await restartJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const retry = taking("retry", {
    summary: "Lets a job that failed, timed out or was cancelled go on from there, or one of its tasks begin anew",
    members: ["newKey", "task", "iteration"],
    errors: ofOneTask,
  });
  app.post<Act>("/api/v1/jobs/:id/retry", retry, async (request) => {
    const ask = parseAsk(request.body, settings, ["newKey", "task", "iteration"]);
    return present(await retryJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const skip = taking("skip", {
    summary: "Lets a job go on without one of its tasks",
    members: ["task", "iteration"],
    required: ["task"],
    errors: ofOneTask,
  });
  app.post<Act>("/api/v1/jobs/:id/skip", skip, async (request) => {
    const ask = parseTaskAsk(request.body, settings);
    return present(await skipTask(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  const remove = taking("delete", { summary: "Removes a job that has ended, with its results and its history" });
  app.delete<Act>("/api/v1/jobs/:id", remove, async (request) => {
    const { reason } = parseAsk(request.body, settings);
    const job = await deleteJob(deps, idOf(request.params.id), settings.idempotencyWindowMs);
    logger.info({ job: job.id, workflow: job.workflow.name, by: request.caller, reason }, "job deleted"); // no history is left to tell it
    return present(job);
  });
}

function idOf(id: string): Id {
  if (!isJobId(id)) throw jobNotFound(id);
  return id;
}
