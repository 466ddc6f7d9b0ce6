import { type Static, Type } from "typebox";
import { findJobs } from "../../jobs/find.ts";
import type { ApiContext, App } from "../context.ts";
import { JobSummaryAnswer, jobSummary } from "../mender/job-presentation.ts";
import { writeCursor } from "./cursor.ts";
import { parseJobQuery } from "./job-query.ts";

export const JobsAnswer = Type.Object({
  jobs: Type.Array(JobSummaryAnswer),
  next: Type.Union([Type.String(), Type.Null()], { description: "The `cursor` of the next page; null on the last" }),
});

const schema = {
  querystring: Type.Object({
    status: Type.Optional(Type.Array(Type.String())),
    workflow: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String()),
  }),
  response: { 200: JobsAnswer },
};

/** Lists jobs, newest first, by keyset pages. */
export function addJobs(app: App, { deps }: ApiContext): void {
  app.get<{ Querystring: Record<string, unknown> }>(
    "/api/v1/jobs",
    { schema },
    async (request): Promise<Static<typeof JobsAnswer>> => {
      const page = await findJobs(deps, parseJobQuery(request.query));
      return { jobs: page.jobs.map(jobSummary), next: page.next === undefined ? null : writeCursor(page.next) };
    },
  );
}
