import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { secretsBy, shownBy } from "../../jobs/explain/told-history.ts";
import { getJob, jobNotFound } from "../../jobs/find.ts";
import { isJobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { nameMatcher } from "../../model/redaction.ts";
import { hiderFor } from "../../model/told/hider.ts";
import type { ApiContext, App } from "../context.ts";
import { answerWith, JobId, WorkflowName } from "../openapi/described.ts";
import { JobAnswer, presentJob } from "./job-presentation.ts";

const schema = {
  summary: "Reads a job",
  tags: ["Jobs"],
  response: { 200: answerWith(JobAnswer, { description: "The job with its inputs, its tasks and their results" }) },
};

const ofWorkflow = Type.Object({ name: WorkflowName, id: JobId });

/** The original's path, and ours. */
const paths = {
  getJobAsOriginal: { path: "/api/workflow/:name/:id", params: ofWorkflow },
  getJobOfWorkflow: { path: "/api/v1/workflow/:name/:id", params: ofWorkflow },
  getJob: { path: "/api/v1/jobs/:id", params: Type.Object({ id: JobId }) },
} as const;

type Read = { Params: { readonly name?: string; readonly id: string } };

/** One job, whole. Under a workflow's path only that workflow's jobs are found. */
export function addJob(app: App, context: ApiContext): void {
  const present = jobPresenter(context);
  const read = async ({ params }: FastifyRequest<Read>): Promise<Static<typeof JobAnswer>> => {
    if (!isJobId(params.id)) throw jobNotFound(params.id);
    const job = await getJob(context.deps, params.id);
    if (params.name !== undefined && params.name !== job.workflow.name) throw jobNotFound(params.id, params.name);
    return present(job);
  };
  const config = { role: "read", errors: ["job_not_found", "job_too_new"] } as const;
  for (const [operationId, { path, params }] of Object.entries(paths))
    app.get<Read>(path, { config, schema: { operationId, ...schema, params } }, read);
}

/** Shows a job with its secret inputs hidden, which its own version of the workflow names (of another program's job, the newest one; all of them where it is gone), and what answers repeat of secrets. */
export function jobPresenter({ deps, settings }: ApiContext): (job: Job) => Promise<Static<typeof JobAnswer>> {
  const looksSecret = nameMatcher(settings.secretNames);
  return async (job) => {
    const { secretParameters } = secretsBy(await shownBy(deps, job), job);
    const isSecret = (input: string): boolean => secretParameters.includes(input) || looksSecret(input);
    const { nowMs, secrets } = deps.moment();
    const hide = hiderFor(job, { secretParameters }, { names: settings.secretNames, values: secrets?.values ?? [] });
    return presentJob(job, isSecret, hide, nowMs);
  };
}
