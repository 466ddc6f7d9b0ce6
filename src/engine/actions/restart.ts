import type { Decision } from "../../model/decision/decision.ts";
import type { RestartRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { Workflow } from "../../model/workflow.ts";
import { ignored } from "../ignored.ts";
import { withoutResults } from "../result-size.ts";
import { askedBy } from "./asked-by.ts";
import { renew } from "./renew.ts";

/** The next run of the job, with the same input and nothing else; of the given model, which may be another version of its workflow. */
export function restart(model: Workflow, job: Job, event: RestartRequested, moment: Moment): Decision {
  if (!isFinal(job.status)) return ignored("not_allowed_in_state");
  const { bytes } = withoutResults(job, job.tasks);
  const run = job.run + 1;
  const version = model.digest === job.workflow.digest ? {} : { version: model.version };
  const entry = { at: moment.nowMs, type: "job_restarted", run, ...version, ...askedBy(event) } as const;
  const { startedAt: _startedAt, ...kept } = job;
  return renew(model, { ...kept, run, bytes, tasks: [] }, "replaced", { tasks: [], history: [entry] }, moment);
}
