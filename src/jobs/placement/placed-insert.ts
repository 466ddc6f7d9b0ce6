import { wroteNothing } from "../../model/errors.ts";
import type { WorkerId } from "../../model/ids.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { defaultTopic } from "../../model/takes.ts";
import type { Hint } from "../../notifier/notifier.ts";
import type { InsertAnswer, NewJob } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { removeIfOver } from "./over-at-start.ts";
import type { Reservation } from "./placement.ts";

/**
 * Inserts a new job, under the lease of the worker with which it has a place, if any. Settles the reservation, and tells whoever waits for jobs where
 * none was used.
 */
export async function insertPlaced(
  deps: Deps,
  decided: NewJob,
  reservation: Reservation | undefined,
): Promise<InsertAnswer> {
  const start = reservation === undefined ? decided : leasedTo(reservation.worker, decided);
  const answer = await insertOrDoubt(deps, start, reservation);
  const leased = answer.kind === "inserted" && answer.leased;
  if (leased) reservation?.take(start.job);
  else reservation?.giveUp();
  if (answer.kind === "inserted" && !leased && !isFinal(decided.job.status))
    deps.notifier.publish(readyHint(decided.job));
  if (answer.kind === "inserted") await removeIfOver(deps, decided.job);
  return answer;
}

/** Tells workers of new jobs like that one. */
function readyHint({ workflow, topic = defaultTopic }: Pick<Job, "workflow" | "topic">): Hint {
  return { kind: "ready", workflow: workflow.name, topic };
}

function leasedTo(worker: WorkerId, start: NewJob): NewJob {
  return { ...start, job: { ...start.job, fence: 1, lease: { worker, fence: 1 } } };
}

async function insertOrDoubt(deps: Deps, start: NewJob, reservation: Reservation | undefined): Promise<InsertAnswer> {
  try {
    const [answer] = await deps.store.jobs.insert([start]);
    if (answer === undefined) throw new Error("The store gave no answer to an insert");
    return answer;
  } catch (error) {
    if (wroteNothing(error)) reservation?.giveUp();
    else reservation?.doubt(error);
    throw error;
  }
}
