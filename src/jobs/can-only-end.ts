import type { Event } from "../model/decision/event.ts";
import { WorkflowsError } from "../model/errors.ts";
import type { Failure } from "../model/job/failure.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import { defaultTopic } from "../model/takes.ts";
import type { Workflow } from "../model/workflow.ts";

// Somebody removed a job's definition, or a part of the job, with a client of the database, or put back half of a backup: nothing can go on in it.

/** Stands for a definition that cannot be had, in a job that ends without it. Nobody can tell which of its inputs are secret: all are. */
export function withoutTasks({ workflow, input }: Pick<Job, "workflow" | "input">): Workflow {
  return {
    ...workflow,
    description: "",
    inputParameters: [],
    optionalParameters: [],
    secretParameters: Object.keys(input),
    topic: defaultTopic,
    ephemeral: false,
    root: { kind: "sequence", children: [] },
  };
}

/** Whether that is why something could not be done with a job. */
export function isOfIncomplete(error: unknown): error is WorkflowsError {
  return error instanceof WorkflowsError && (error.code === "definition_missing" || error.code === "job_incomplete");
}

/** Why a job fails that cannot be continued: for what it lacks, or for a fault of ours. */
export function failureFor(what: string, reason: unknown): Failure {
  const code = isOfIncomplete(reason) ? reason.code : "internal";
  return { code, message: `${what}: ${reason instanceof Error ? reason.message : String(reason)}` };
}

/** These may happen to such a job all the same: they need nothing of what is gone. */
export function onlyEnd(job: Job, events: readonly Event[]): boolean {
  return events.every(({ kind }) => {
    switch (kind) {
      case "cancel":
      case "defect":
      case "commit_refused":
        return true;
      case "child_ended":
      case "effects_delivered":
        return isFinal(job.status); // what is between it and others comes to its end, too
      default:
        return false;
    }
  });
}

/** Of a job with `damage`. */
export function jobIncomplete({ id, damage = "a part of it" }: Job): WorkflowsError {
  return new WorkflowsError(
    "job_incomplete",
    `The store lacks a part of job ${id}: ${damage}; put it back from a backup, or cancel or delete the job`,
  );
}
