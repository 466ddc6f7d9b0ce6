import { type Static, Type } from "typebox";
import { type WaitingJobs, whatWaits } from "../../../jobs/site/queue.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { ApiContext, App } from "../../context.ts";
import { JobSummaryAnswer, jobSummary } from "../../mender/job-presentation.ts";
import { answerWith } from "../../openapi/described.ts";
import { refuseUnknownNames, singleText } from "../../query.ts";

const WaitingAnswer = Type.Object(
  {
    workflow: Type.String(),
    waiting: Type.Enum([...waitingReasons], { description: "For what they wait" }),
    jobs: Type.Integer({
      description: "How many: those whose time has come meanwhile are among them until a worker takes them",
    }),
    oldest: Type.Optional(
      Type.Object(JobSummaryAnswer.properties, {
        description: "Of those that wait still, the one that was started first",
      }),
    ),
    why: Type.String({ description: "For people, in one sentence" }),
  },
  { title: "WaitingJobs" },
);

export const QueueAnswer = Type.Object({
  waiting: Type.Array(WaitingAnswer, { description: "The largest numbers first, at most 200" }),
  rows: Type.Integer({ description: "How many of these there are" }),
  external: Type.Array(
    Type.Object({
      queue: Type.String(),
      workflows: Type.Array(Type.String(), { description: "Whose newest definitions put work into it" }),
      offered: Type.Integer({ description: "Jobs that offer work of it now, up to 1,000" }),
      offeredIsExact: Type.Boolean({ description: "False where there may be more" }),
    }),
    { description: "Queues of programs outside, by name" },
  ),
});

const schema = {
  operationId: "getQueue",
  summary: "Tells what waits where, and why",
  tags: ["Operation"],
  querystring: Type.Object({ workflow: Type.Optional(Type.String({ description: "Its jobs alone" })) }),
  response: { 200: answerWith(QueueAnswer, { description: "As of now" }) },
};

/** What waits where and why. */
export function addQueue(app: App, { deps }: ApiContext): void {
  app.get<{ Querystring: Record<string, unknown> }>(
    "/api/v1/queue",
    { config: { role: "read" }, schema },
    async ({ query }): Promise<Static<typeof QueueAnswer>> => {
      refuseUnknownNames(query, ["workflow"]);
      const workflow = singleText(query, "workflow");
      const { nowMs } = deps.moment();
      const { waiting, rows, external } = await whatWaits(deps, workflow === undefined ? {} : { workflow });
      return {
        waiting: waiting.map((jobs) => presentWaiting(jobs, nowMs)),
        rows,
        external: external.map(({ queue, workflows, offered, isExact: offeredIsExact }) => {
          return { queue, workflows: [...workflows], offered, offeredIsExact };
        }),
      };
    },
  );
}

function presentWaiting(
  { workflow, reason, jobs, oldest, why }: WaitingJobs,
  nowMs: number,
): Static<typeof WaitingAnswer> {
  return { workflow, waiting: reason, jobs, ...(oldest !== undefined && { oldest: jobSummary(oldest, nowMs) }), why };
}
