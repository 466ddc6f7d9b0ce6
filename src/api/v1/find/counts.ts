import { type Static, Type } from "typebox";
import { countJobs } from "../../../jobs/find.ts";
import { jobStatuses } from "../../../model/job/job.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { ApiContext, App } from "../../context.ts";
import { menderStatus, menderStatuses } from "../../mender/job-status.ts";
import { answerWith } from "../../openapi/described.ts";
import { Asked } from "./asked.ts";

export const CountsAnswer = Type.Object({
  counts: Type.Array(
    Type.Object(
      {
        workflow: Type.String(),
        status: Type.Enum([...menderStatuses]),
        state: Type.Enum([...jobStatuses]),
        waiting: Type.Optional(
          Type.Enum([...waitingReasons], {
            description:
              "For what they began to wait; a job whose time has come counts here until a worker takes it. Absent where a worker has them or they have ended",
          }),
        ),
        jobs: Type.Integer({ minimum: 1 }),
      },
      { title: "JobCount" },
    ),
  ),
  total: Type.Integer({ minimum: 0 }),
  doubtful: Type.Optional(
    Type.Literal(true, {
      description:
        "Some may be missing, or too many: a process ended before it said what it had changed. The store has the jobs counted; ask again",
    }),
  ),
});

const schema = {
  operationId: "countJobs",
  summary: "Counts jobs by workflow and state",
  description: "The store keeps these counts: the answer takes as long for a million jobs as for ten.",
  tags: ["Jobs"],
  querystring: Type.Object({
    workflow: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: "Its jobs alone" })),
  }),
  response: { 200: answerWith(CountsAnswer, { description: "As of now" }) },
};

/** How many jobs there are, as the store keeps count of them. */
export function addCounts(app: App, { deps }: ApiContext): void {
  app.get<{ Querystring: Record<string, unknown> }>(
    "/api/v1/jobs/counts",
    { config: { role: "read" }, schema },
    async ({ query }): Promise<Static<typeof CountsAnswer>> => {
      const asked = new Asked(query);
      asked.refuseOthers(["workflow"]);
      const workflow = asked.text("workflow");
      asked.throwIfMistaken();
      const { counts, total, isDoubtful } = await countJobs(deps, workflow === undefined ? {} : { workflow });
      return {
        counts: counts.map(({ workflow: name, status, waiting, jobs }) => ({
          workflow: name,
          status: menderStatus(status),
          state: status,
          ...(waiting !== undefined && { waiting }),
          jobs,
        })),
        total,
        ...(isDoubtful && { doubtful: isDoubtful }),
      };
    },
  );
}
