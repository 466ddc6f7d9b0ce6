import { type Static, Type } from "typebox";
import { jobHistory, jobNotFound } from "../../jobs/find.ts";
import { isJobId } from "../../model/ids.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { ApiContext, App } from "../context.ts";
import { FailureAnswer, time } from "../mender/job-presentation.ts";

export const HistoryAnswer = Type.Object({
  history: Type.Array(
    Type.Object({
      time: Type.String({ format: "date-time" }),
      type: Type.String(),
      run: Type.Integer(),
      task: Type.Optional(Type.String()),
      path: Type.Optional(Type.String()),
      iteration: Type.Optional(
        Type.Integer({ description: "In a loop or over a list: the turn or item, from 0 on; 0 is left out" }),
      ),
      attempt: Type.Optional(Type.Integer()),
      worker: Type.Optional(Type.String()),
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
    }),
  ),
});

const schema = { params: Type.Object({ id: Type.String() }), response: { 200: HistoryAnswer } };

/** Every transition of a job, in order. */
export function addHistory(app: App, { deps }: ApiContext): void {
  app.get<{ Params: Static<typeof schema.params> }>(
    "/api/v1/jobs/:id/history",
    { schema },
    async ({ params }): Promise<Static<typeof HistoryAnswer>> => {
      if (!isJobId(params.id)) throw jobNotFound();
      const history = await jobHistory(deps, params.id);
      return { history: history.map(presentEntry) };
    },
  );
}

function presentEntry({ at, startedAt, dueAt, ...rest }: HistoryEntry) {
  return {
    time: time(at),
    ...rest,
    ...(startedAt !== undefined && { start_time: time(startedAt) }),
    ...(dueAt !== undefined && { due_time: time(dueAt) }),
  };
}
