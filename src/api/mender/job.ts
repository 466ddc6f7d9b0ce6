import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { getJob, jobNotFound } from "../../jobs/find.ts";
import { secretsOf } from "../../jobs/secrets.ts";
import { isJobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { nameMatcher, textHider } from "../../model/redaction.ts";
import type { ApiContext, App } from "../context.ts";
import { JobAnswer, presentJob } from "./job-presentation.ts";

const schema = {
  params: Type.Object({ name: Type.Optional(Type.String()), id: Type.String() }),
  response: { 200: JobAnswer },
};

type Read = { Params: Static<typeof schema.params> };

/** One job, whole. Under a workflow's path only that workflow's jobs are found. */
export function addJob(app: App, context: ApiContext): void {
  const present = jobPresenter(context);
  const read = async ({ params }: FastifyRequest<Read>): Promise<Static<typeof JobAnswer>> => {
    if (!isJobId(params.id)) throw jobNotFound();
    const job = await getJob(context.deps, params.id);
    if (params.name !== undefined && params.name !== job.workflow.name) throw jobNotFound();
    return present(job);
  };
  for (const path of ["/api/workflow/:name/:id", "/api/v1/workflow/:name/:id", "/api/v1/jobs/:id"])
    app.get<Read>(path, { schema }, read);
}

/** Shows a job with its secret inputs hidden, which its own version of the workflow names (of another program's job, the newest one), and what answers repeat of secrets. */
export function jobPresenter({ deps, settings }: ApiContext): (job: Job) => Promise<Static<typeof JobAnswer>> {
  const looksSecret = nameMatcher(settings.secretNames);
  return async (job) => {
    const { name } = job.workflow;
    const model = job.readOnly === true ? deps.catalog.latest(name) : await deps.catalog.modelOf(job.workflow);
    const { secretParameters = [] } = model ?? {};
    const isSecret = (input: string): boolean => secretParameters.includes(input) || looksSecret(input);
    const secrets = secretsOf(job, { secretParameters }, looksSecret);
    return presentJob(job, isSecret, textHider(secrets), deps.moment().nowMs);
  };
}
