import type { Decision } from "../../model/decision/decision.ts";
import type { PauseRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { isFinal, type Job, never } from "../../model/job/job.ts";
import { ignored } from "../ignored.ts";
import { unchanged } from "../step/step.ts";
import { askedBy } from "./asked-by.ts";

/** Nothing new is begun. The lease stays: attempts that run may end, and their results count. The overall time-out runs on. */
export function pause(job: Job, event: PauseRequested, moment: Moment): Decision {
  if (isFinal(job.status) || job.status === "paused") return ignored("not_allowed_in_state");
  return {
    ...unchanged(job),
    status: "paused",
    readyAt: never,
    history: [{ at: moment.nowMs, type: "job_paused", run: job.run, ...askedBy(event) }],
  };
}
