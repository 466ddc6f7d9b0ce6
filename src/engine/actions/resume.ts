import type { Decision } from "../../model/decision/decision.ts";
import type { ResumeRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Job } from "../../model/job/job.ts";
import { ignored } from "../ignored.ts";
import { earliestDue, leaseUntil } from "../step/due.ts";
import { unchanged } from "../step/step.ts";
import { askedBy } from "./asked-by.ts";

/** A paused job goes on where it stands: what came due meanwhile is due at once. */
export function resume(job: Job, event: ResumeRequested, moment: Moment): Decision {
  if (job.status !== "paused") return ignored("not_allowed_in_state");
  const readyAt = earliestDue(job.tasks, moment);
  return {
    ...unchanged(job),
    status: job.startedAt === undefined ? "pending" : "running",
    readyAt,
    lease: leaseUntil(readyAt, moment), // its worker may have nothing left to do
    history: [{ at: moment.nowMs, type: "job_resumed", run: job.run, ...askedBy(event) }],
  };
}
