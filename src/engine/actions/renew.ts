import type { Change, Renewal } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { JobExtras } from "../../model/job/extras.ts";
import { formatFor } from "../../model/job/format.ts";
import type { Job } from "../../model/job/job.ts";
import { defaultTopic, topicFor } from "../../model/takes.ts";
import type { Workflow } from "../../model/workflow.ts";
import { nextStep } from "../step/next-step.ts";
import type { Step } from "../step/step.ts";

/** An ended job is begun anew, by whichever worker comes: nothing failed yet, no worker was lost, the overall time-out begins, all retries are left. */
export function renew(model: Workflow, job: Job, tasks: Renewal["tasks"], step: Step, moment: Moment): Change {
  const { error: _error, finishedAt: _finishedAt, deadlineAt: _deadlineAt, ...kept } = job;
  const extras: JobExtras = {
    ...(job.retried !== undefined && { retried: 0 }),
    ...(job.ending !== undefined && { ending: "none" }),
    ...(job.unheard !== undefined && { unheard: false }),
  };
  const begun: Job = {
    ...kept,
    status: job.startedAt === undefined ? "pending" : "running",
    lost: 0,
    lostRecorded: 0,
    ...(model.timeoutMs !== undefined && { deadlineAt: moment.nowMs + model.timeoutMs }),
    ...extras,
  };
  const { name, version, digest } = model;
  const isStartedByJob = job.parent !== undefined || job.afterFailures !== undefined;
  const format = formatFor(model, { ...job, isStartedByJob });
  const { topic = defaultTopic } = topicFor(model);
  return {
    ...nextStep(model, begun, Object.keys(extras).length === 0 ? step : { ...step, extras }, moment),
    renewal: {
      fence: job.fence + 1,
      run: job.run,
      workflow: { name, version, digest },
      tasks,
      ...(format > job.format && { format }),
      ...(topic !== (job.topic ?? defaultTopic) && { topic }),
    },
  };
}
