import { type Static, Type } from "typebox";
import { tellJobsCourse } from "../../jobs/explain/told-history.ts";
import { jobNotFound } from "../../jobs/find.ts";
import { isJobId } from "../../model/ids.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { ApiContext, App } from "../context.ts";
import { FailureAnswer, time } from "../mender/job-presentation.ts";
import { answerWith, JobId } from "../openapi/described.ts";

/** One entry. */
export const HistoryEntryAnswer = Type.Object(
  {
    time: Type.String({ format: "date-time" }),
    type: Type.String(),
    run: Type.Integer(),
    task: Type.Optional(Type.String()),
    path: Type.Optional(Type.String()),
    iteration: Type.Optional(
      Type.Integer({ description: "In a loop or over a list: the turn or item, from 0 on; 0 is left out" }),
    ),
    attempt: Type.Optional(Type.Integer()),
    worker: Type.Optional(Type.String({ description: "Of a `worker_lost`: the one that was lost" })),
    fence: Type.Optional(Type.Integer()),
    start_time: Type.Optional(Type.String({ format: "date-time" })),
    durationMs: Type.Optional(Type.Number()),
    due_time: Type.Optional(Type.String({ format: "date-time" })),
    error: Type.Optional(FailureAnswer),
    version: Type.Optional(Type.Integer()),
    job: Type.Optional(Type.String({ description: "The job that was started because this one failed" })),
    workflow: Type.Optional(Type.String({ description: "Of that job" })),
    newKey: Type.Optional(Type.Literal(true)),
    by: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    request: Type.Optional(
      Type.String({ description: "What the attempt asked, in short: up to 1 KiB, without secrets" }),
    ),
    answer: Type.Optional(Type.String({ description: "How that was answered, in the same way" })),
    untold: Type.Optional(
      Type.Literal(true, {
        description: "Neither was kept: the history has 1 MiB of requests and answers already",
      }),
    ),
    lost_time: Type.Optional(
      Type.String({ format: "date-time", description: "When the lost worker's jobs were taken from it" }),
    ),
    open: Type.Optional(
      Type.Array(
        Type.Object({ path: Type.String(), iteration: Type.Optional(Type.Integer()), attempt: Type.Integer() }),
        {
          description: "Attempts that the lost worker may have been making, up to 100 of them",
        },
      ),
    ),
    moreOpen: Type.Optional(Type.Integer({ description: "How many more of these there were" })),
  },
  { title: "HistoryEntry" },
);

export const HistoryAnswer = Type.Object({ history: Type.Array(HistoryEntryAnswer) });

const schema = {
  operationId: "getJobHistory",
  summary: "Tells every transition of a job, in order",
  tags: ["Jobs"],
  params: Type.Object({ id: JobId }),
  response: { 200: answerWith(HistoryAnswer, { description: "What happened to it, the oldest first" }) },
};

/** Every transition of a job, in order. */
export function addHistory(app: App, { deps }: ApiContext): void {
  app.get<{ Params: Static<typeof schema.params> }>(
    "/api/v1/jobs/:id/history",
    { config: { role: "read", errors: ["job_not_found", "job_too_new"] }, schema },
    async ({ params }): Promise<Static<typeof HistoryAnswer>> => {
      if (!isJobId(params.id)) throw jobNotFound(params.id);
      const { history } = await tellJobsCourse(deps, params.id);
      return { history: history.map(presentEntry) };
    },
  );
}

/** An entry as people see it, here and as an event. */
export function presentEntry({ at, startedAt, dueAt, lostAt, open, results: _results, ...rest }: HistoryEntry) {
  return {
    time: time(at),
    ...rest,
    ...(startedAt !== undefined && { start_time: time(startedAt) }),
    ...(dueAt !== undefined && { due_time: time(dueAt) }),
    ...(lostAt !== undefined && { lost_time: time(lostAt) }),
    ...(open !== undefined && { open: [...open] }),
  };
}
