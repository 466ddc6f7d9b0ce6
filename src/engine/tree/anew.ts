import type { Moment } from "../../model/decision/moment.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { keptAnew } from "./keys.ts";

export interface Anew {
  /** Of a job that goes on under its fence: attempts of a worker go on counting, so that no earlier result is taken for a new one. */
  readonly living: boolean;
  /** The called service sees another key than before. */
  readonly newKey: boolean;
}

/** The execution as if it had just been scheduled: due now, without a result, with all its retries. */
export function anew(model: Workflow, task: TaskExecution, { living, newKey }: Anew, { nowMs }: Moment): TaskExecution {
  const { path, iteration, name, type, attempt } = task;
  const goesOn = living && placesOf(model.root).get(path)?.node.kind === "task";
  return {
    path,
    iteration,
    name,
    type,
    status: "scheduled",
    attempt: goesOn ? attempt + 1 : 1,
    ...(goesOn && { attemptsBefore: attempt }),
    ...keptAnew(task, newKey),
    readyAt: nowMs,
    scheduledAt: nowMs,
  };
}
