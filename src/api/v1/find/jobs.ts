import { type Static, Type } from "typebox";
import { findJobs } from "../../../jobs/find.ts";
import { jobStatuses } from "../../../model/job/job.ts";
import { maxSearchable } from "../../../model/search/labels.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { ApiContext, App } from "../../context.ts";
import { JobSummaryAnswer, jobSummary } from "../../mender/job-presentation.ts";
import { menderStatuses } from "../../mender/job-status.ts";
import { answerWith } from "../../openapi/described.ts";
import { writeCursor } from "./cursor.ts";
import { parseJobQuery, sortNames } from "./job-query.ts";

export const JobsAnswer = Type.Object(
  {
    jobs: Type.Array(JobSummaryAnswer),
    next: Type.Union([Type.String(), Type.Null()], { description: "The `cursor` of the next page; null on the last" }),
  },
  { title: "JobPage" },
);

const Time = Type.Optional(Type.String({ format: "date-time" }));

const Status = Type.Enum([...new Set([...menderStatuses, ...jobStatuses])]);
const Waiting = Type.Enum([...waitingReasons]);

/** The parameters of a filter, for routes that take one. Beside them there is `input.NAME`. */
export const filterParameters = {
  status: Type.Optional(
    Type.Array(Status, {
      description: "One of these, repeated or separated by commas; a `status` stands for all states that it shows",
    }),
  ),
  workflow: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: "Its exact name" })),
  version: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999_999_999, description: "Of the workflow" })),
  id_prefix: Type.Optional(
    Type.String({ pattern: "^[0-9a-fA-F]{1,24}$", description: "The first digits of their ids" }),
  ),
  idempotency_key: Type.Optional(
    Type.String({ pattern: "^[ -~]{1,255}$", description: "The Idempotency-Key that they were started with" }),
  ),
  error_code: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: "Of the job, or of a task of it that failed" }),
  ),
  waiting: Type.Optional(
    Type.Array(Waiting, {
      description: "For one of these, repeated or separated by commas",
    }),
  ),
  target: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      pattern: "://",
      description: "What a task of theirs called: the origin of an address",
      examples: ["http://inventory:8080"],
    }),
  ),
  inserted_from: Time,
  inserted_to: Time,
  started_from: Time,
  started_to: Time,
  finished_from: Time,
  finished_to: Time,
} as const;

/** The same in a body. */
export const FilterBody = Type.Object(
  {
    ...filterParameters,
    status: Type.Optional(Type.Union([Status, Type.Array(Status)])),
    waiting: Type.Optional(Type.Union([Waiting, Type.Array(Waiting)])),
    input: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
        maxProperties: maxSearchable,
        description: "Values of inputs that a definition names in `searchable`",
      }),
    ),
  },
  { additionalProperties: false, title: "JobFilter" },
);

const schema = {
  operationId: "listJobs",
  summary: "Lists jobs, page by page",
  description:
    "Those that fit all of the parameters. `input.NAME=VALUE` (up to four) asks for the value of an input that a definition names in `searchable`. Ranges of time begin with `_from` and end before `_to`.",
  tags: ["Jobs"],
  "x-further-query": "^input\\..+$",
  querystring: Type.Object({
    ...filterParameters,
    sort: Type.Optional(
      Type.Enum([...sortNames], { default: "-insert_time", description: "By this time; with `-` the newest first" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: "Jobs of a page" })),
    cursor: Type.Optional(Type.String({ description: "`next` of the page before, with the same parameters" })),
  }),
  response: { 200: answerWith(JobsAnswer, { description: "A page; it may be empty before the last one" }) },
};

/** Lists jobs by keyset pages. */
export function addJobs(app: App, context: ApiContext): void {
  const { deps } = context;
  app.get<{ Querystring: Record<string, unknown> }>(
    "/api/v1/jobs",
    { config: { role: "read" }, schema },
    async (request): Promise<Static<typeof JobsAnswer>> => {
      const { query, order } = await parseJobQuery(request.query, context);
      const { jobs, next } = await findJobs(deps, query);
      const { nowMs } = deps.moment();
      return {
        jobs: jobs.map((job) => jobSummary(job, nowMs)),
        next: next === undefined ? null : writeCursor(next, order),
      };
    },
  );
}
