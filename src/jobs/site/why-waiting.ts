import type { WaitingReason } from "../../model/search/waiting.ts";
import { defaultTopic, type Takes, takesByDefault } from "../../model/takes.ts";
import type { Workflow } from "../../model/workflow.ts";
import type { UntakenJobs, WorkerRow } from "../../store/store.ts";

/** What is known of the workers, for the sentences that tell why due jobs wait. */
export interface WorkersAtHand {
  /** Those that live. */
  readonly workers: readonly WorkerRow[];
  /** Due jobs that none of them takes. */
  readonly untaken: readonly UntakenJobs[];
}

/** What the jobs of a workflow wait for that wait for this, and who ends it: one sentence for people. `model` is the newest definition, where there is one. */
export function whyWaiting(
  reason: WaitingReason,
  workflow: string,
  model: Pick<Workflow, "maxRunning"> | undefined,
  atHand: WorkersAtHand,
): string {
  switch (reason) {
    case "worker":
      return whyNotTaken(workflow, model, atHand);
    case "start":
      return "Their starts asked for a later time";
    case "retry":
      return "An attempt failed; the next one is made when its delay is over";
    case "time":
      return "Their definition lets them wait until a time";
    case "worker_lost":
      return "Workers died while they held them, so they are tried again later, and apart from others";
    case "event":
      return "Until they are told of an event: POST /api/v1/jobs/ID/events/EVENT";
    case "job":
      return "Until a job that they started has ended";
    case "external":
      return "Until a program outside has done a task: POST /api/v1/external/QUEUE/poll";
    case "paused":
      return "People paused them: workflows jobs resume ID";
    default:
      return reason satisfies never;
  }
}

function whyNotTaken(
  workflow: string,
  model: Pick<Workflow, "maxRunning"> | undefined,
  { workers, untaken }: WorkersAtHand,
): string {
  if (workers.length === 0) return "No worker runs: start one with workflows worker";
  const topics = untaken.filter((one) => one.workflow === workflow).map(({ topic }) => topic);
  const [topic] = topics;
  if (topic !== undefined)
    return topic === defaultTopic
      ? "No worker takes this workflow: see workflows workers list, and the settings workflows and excluded_workflows"
      : `No worker takes the topic ${topic}: start one with workflows worker --topics ${topic}`;
  if (workers.every(({ room }) => room <= 0)) return "Every worker is busy: they are taken as soon as one has room";
  if (model?.maxRunning !== undefined)
    return `They are due. At most ${model.maxRunning} of this workflow are with workers at once, as its definition says`;
  return "They are due: a worker takes them in turn";
}

/** What a worker takes, where it may have registered without saying so. */
export function takesOf({ takes = takesByDefault }: Pick<WorkerRow, "takes">): Takes {
  return takes;
}
