import { type Static, Type } from "typebox";
import { explainJob } from "../../../jobs/explain/explain.ts";
import type { ExplainedAttempt, Explanation } from "../../../jobs/explain/explanation.ts";
import { jobNotFound } from "../../../jobs/find.ts";
import { isJobId } from "../../../model/ids.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { ApiContext, App } from "../../context.ts";
import { FailureAnswer, time } from "../../mender/job-presentation.ts";
import { answerWith, JobId, Time } from "../../openapi/described.ts";

const AttemptAnswer = Type.Object(
  {
    attempt: Type.Integer({ description: "1 for the first" }),
    outcome: Type.Enum(
      ["waiting", "due", "running", "succeeded", "failed", "skipped", "cancelled", "interrupted", "lost", "late"],
      {
        description:
          "`due`: a worker may begin it, or has, because nothing is written when a call begins; `lost`: its worker was lost, and nobody knows what became of it; `late`: it ended when nobody waited for it any more",
      },
    ),
    why: Type.String({ description: "Why there is this attempt" }),
    calledAgain: Type.Optional(
      Type.Literal(true, { description: "What was called before may have got the same call already" }),
    ),
    start_time: Type.Optional(Time),
    end_time: Type.Optional(Time),
    durationMs: Type.Optional(Type.Number()),
    due_time: Type.Optional(Time),
    worker: Type.Optional(Type.String({ description: "Who made it: a worker, or a program outside" })),
    request: Type.Optional(Type.String({ description: "What it asked, in short: up to 1 KiB, without secrets" })),
    answer: Type.Optional(Type.String({ description: "How that was answered, in the same way" })),
    untold: Type.Optional(Type.Literal(true, { description: "Neither was kept" })),
    error: Type.Optional(FailureAnswer),
  },
  { title: "ExplainedAttempt" },
);

export const ExplanationAnswer = Type.Object(
  {
    id: Type.String(),
    state: Type.String(),
    summary: Type.String({ description: "How it stands, in a few sentences" }),
    waiting: Type.Optional(
      Type.Object(
        {
          reason: Type.Enum([...waitingReasons]),
          cause: Type.Optional(
            Type.Enum(["no_worker", "not_taken", "max_running", "isolated", "crowded", "busy", "next"], {
              description: "Why no worker has it although it is due",
            }),
          ),
          until: Type.Optional(
            Type.String({ format: "date-time", description: "When that ends by itself, if it does" }),
          ),
          text: Type.String(),
        },
        { description: "For what it waits; absent where a worker has it, or it has ended" },
      ),
    ),
    tasks: Type.Array(
      Type.Object({
        name: Type.String(),
        path: Type.String(),
        iteration: Type.Integer({ description: "In a loop or over a list: the turn or item, from 0 on" }),
        type: Type.String(),
        state: Type.String(),
        attempts: Type.Array(AttemptAnswer),
      }),
      { description: "Those of its run, in the order in which they were begun" },
    ),
    advice: Type.Array(Type.String(), { description: "What people can do now, each with the command for it" }),
  },
  { title: "Explanation" },
);

const schema = {
  operationId: "explainJob",
  summary: "Explains what is happening to a job, why, and what can be done",
  tags: ["Jobs"],
  params: Type.Object({ id: JobId }),
  response: { 200: answerWith(ExplanationAnswer, { description: "From what is recorded, and how the workers stand" }) },
};

/** What is happening to a job, why, and how to mend it. */
export function addExplanation(app: App, { deps }: ApiContext): void {
  app.get<{ Params: Static<typeof schema.params> }>(
    "/api/v1/jobs/:id/explanation",
    { config: { role: "read", errors: ["job_not_found", "job_too_new"] }, schema },
    async ({ params }): Promise<Static<typeof ExplanationAnswer>> => {
      if (!isJobId(params.id)) throw jobNotFound(params.id);
      return present(await explainJob(deps, params.id));
    },
  );
}

function present({ waiting, tasks, advice, ...rest }: Explanation): Static<typeof ExplanationAnswer> {
  return {
    ...rest,
    ...(waiting !== undefined && {
      waiting: {
        reason: waiting.reason,
        ...(waiting.cause !== undefined && { cause: waiting.cause }),
        ...(waiting.until !== undefined && { until: time(waiting.until) }),
        text: waiting.text,
      },
    }),
    tasks: tasks.map(({ attempts, ...task }) => ({ ...task, attempts: attempts.map(presentAttempt) })),
    advice: [...advice],
  };
}

function presentAttempt({ startedAt, endedAt, dueAt, ...rest }: ExplainedAttempt): Static<typeof AttemptAnswer> {
  return {
    ...rest,
    ...(startedAt !== undefined && { start_time: time(startedAt) }),
    ...(endedAt !== undefined && { end_time: time(endedAt) }),
    ...(dueAt !== undefined && { due_time: time(dueAt) }),
  };
}
