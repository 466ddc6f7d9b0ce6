import { WorkflowsError } from "../../model/errors.ts";
import { endingOf } from "../../model/job/extras.ts";
import { isFinal, type Job, ranElsewhere, visibleStatus } from "../../model/job/job.ts";
import type { Applied } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { jobNotFound } from "../find.ts";

/** Who asks for something to be done with a job. */
export interface Ask {
  /** Name of the token, or `anonymous`. */
  readonly by: string;
  readonly reason?: string;
}

/** The job after what was asked, `done` in a word: "cancelled". Throws job_not_found, not_allowed_in_state. */
export function changed(applied: Applied, done: string): Job {
  switch (applied.kind) {
    case "gone":
      throw jobNotFound(applied.id);
    case "ignored":
      throw notAllowed(applied.job, done);
    case "committed":
      return applied.job;
    default:
      return applied satisfies never;
  }
}

export function notAllowed(job: Job, done: string): WorkflowsError {
  return new WorkflowsError("not_allowed_in_state", `The job ${standOf(job)} and cannot be ${done}`);
}

function standOf(job: Job): string {
  if (job.readOnly === true) return "belongs to another program";
  if (ranElsewhere(job)) return "was run by another program, from which it was imported,";
  const ending = endingOf(job);
  if (ending === undefined) return `is ${visibleStatus(job)}`;
  return `is ${visibleStatus(job)}, undoes what it did before it is ${ending} (a cancel with {"undo": false} ends it at once),`;
}

/** Tells whoever has to do with a job of which a task was changed: its worker, which may run what is not wanted any more, or all of them. */
export function tellWorkers({ notifier }: Deps, job: Job): void {
  notifier.publish({ kind: "revoked", jobId: job.id });
  if (!isFinal(job.status) && job.lease === undefined) notifier.publish({ kind: "ready" });
}
