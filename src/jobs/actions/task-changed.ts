import { WorkflowsError } from "../../model/errors.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Applied } from "../apply.ts";
import { changed } from "./requested.ts";
import { spoken } from "./task-named.ts";

export interface Wanted {
  /** "retried" */
  readonly done: string;
  /** The same for the job as a whole. */
  readonly jobDone: string;
  /** With which tasks it can be done: "tasks that failed". */
  readonly allowed: string;
}

/** The job after something was done with one of its tasks. Throws job_not_found, not_allowed_in_state. */
export function taskChanged(applied: Applied, task: TaskExecution, { done, jobDone, allowed }: Wanted): Job {
  if (applied.kind !== "ignored") return changed(applied, jobDone);
  switch (applied.reason) {
    case "not_allowed_for_task":
      throw refused(`The task ${spoken(task)} ${standOf(applied.job, task)} and cannot be ${done}; ${allowed} can`);
    case "of_no_use":
      throw refused(`The task ${spoken(task)} is not needed any more: what it is part of is complete without it`);
    case "hopeless":
      throw refused(
        `The task ${spoken(task)} cannot help alone, for others failed beside it: skip them, or retry the whole job`,
      );
    default:
      return changed(applied, jobDone);
  }
}

function refused(message: string): WorkflowsError {
  return new WorkflowsError("not_allowed_in_state", message);
}

/** It may have changed since it was found. */
function standOf(job: Job, { path, iteration }: TaskExecution): string {
  const now = job.tasks.find((task) => task.path === path && task.iteration === iteration);
  return now === undefined ? "has not begun" : `is ${now.status}`;
}
