import { type Static, Type } from "typebox";
import { cancelJob } from "../../jobs/actions/cancel.ts";
import { deleteJob } from "../../jobs/actions/delete.ts";
import { pauseJob } from "../../jobs/actions/pause.ts";
import type { Ask } from "../../jobs/actions/requested.ts";
import { restartJob } from "../../jobs/actions/restart.ts";
import { resumeJob } from "../../jobs/actions/resume.ts";
import { retryJob } from "../../jobs/actions/retry.ts";
import { skipTask } from "../../jobs/actions/skip.ts";
import type { Deps } from "../../jobs/deps.ts";
import { jobNotFound } from "../../jobs/find.ts";
import { isJobId, type JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { ApiContext, App } from "../context.ts";
import { jobPresenter } from "../mender/job.ts";
import { JobAnswer } from "../mender/job-presentation.ts";
import { parseAsk, parseTaskAsk } from "./action-body.ts";

const schema = { params: Type.Object({ id: Type.String() }), response: { 200: JobAnswer } };

type Act = { Params: Static<typeof schema.params> };

/** `more`: what the body may hold beside the reason. */
function taking(...more: readonly string[]) {
  return { config: { role: "admin", body: ["reason", ...more] }, schema } as const;
}

const actions: Readonly<Record<string, (deps: Deps, id: JobId, ask: Ask) => Promise<Job>>> = {
  pause: pauseJob,
  resume: resumeJob,
};

/** What people do with a job. The body is optional unless a task must be named: `{"reason": "..."}`, and what else an action takes. */
export function addJobActions(app: App, context: ApiContext): void {
  const { deps, settings, logger } = context;
  const present = jobPresenter(context);
  for (const [name, act] of Object.entries(actions))
    app.post<Act>(`/api/v1/jobs/:id/${name}`, taking(), async (request) => {
      const ask = parseAsk(request.body, settings);
      return present(await act(deps, idOf(request.params.id), { by: request.caller, ...ask }));
    });
  app.post<Act>("/api/v1/jobs/:id/cancel", taking("undo"), async (request) => {
    const ask = parseAsk(request.body, settings, ["undo"]);
    return present(await cancelJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  app.post<Act>("/api/v1/jobs/:id/restart", taking("version"), async (request) => {
    const ask = parseAsk(request.body, settings, ["version"]);
    return present(await restartJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  app.post<Act>("/api/v1/jobs/:id/retry", taking("newKey", "task", "iteration"), async (request) => {
    const ask = parseAsk(request.body, settings, ["newKey", "task", "iteration"]);
    return present(await retryJob(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  app.post<Act>("/api/v1/jobs/:id/skip", taking("task", "iteration"), async (request) => {
    const ask = parseTaskAsk(request.body, settings);
    return present(await skipTask(deps, idOf(request.params.id), { by: request.caller, ...ask }));
  });
  app.delete<Act>("/api/v1/jobs/:id", taking(), async (request) => {
    const { reason } = parseAsk(request.body, settings);
    const job = await deleteJob(deps, idOf(request.params.id), settings.idempotencyWindowMs);
    logger.info({ job: job.id, workflow: job.workflow.name, by: request.caller, reason }, "job deleted"); // no history is left to tell it
    return present(job);
  });
}

function idOf(id: string): JobId {
  if (!isJobId(id)) throw jobNotFound();
  return id;
}
