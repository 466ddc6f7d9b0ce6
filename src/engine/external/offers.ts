import type { Change } from "../../model/decision/decision.ts";
import { withTasks } from "../../model/job/executions.ts";
import { isFinal, type Job, type JobStatus } from "../../model/job/job.ts";
import type { Offer } from "../../model/job/outward/offer.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";

/** The change, with what the job offers to workers from outside after it, if that is not what it offered before. */
export function withOffers(job: Job, change: Change): Change {
  const isReplaced = change.renewal?.tasks === "replaced";
  const tasks = isReplaced ? change.tasks : withTasks(job.tasks, change.tasks);
  if (!tasks.some(isExternal) && !(isReplaced && job.tasks.some(isExternal))) return change;
  const before = offersOf(job.tasks, job.status);
  const after = offersOf(tasks, change.status);
  return isSame(before, after) ? change : { ...change, offers: after };
}

function isExternal({ external }: TaskExecution): boolean {
  return external !== undefined;
}

/** Of a paused job nothing new is begun; an ended one has nothing open. */
function offersOf(tasks: readonly TaskExecution[], status: JobStatus): Offer[] {
  if (status === "paused" || isFinal(status)) return [];
  const earliest = new Map<string, number>();
  for (const task of tasks) {
    const { external } = task;
    if (external === undefined || !isOpen(task)) continue;
    const at = offeredAt(external);
    if (at < (earliest.get(external.queue) ?? Number.POSITIVE_INFINITY)) earliest.set(external.queue, at);
  }
  return [...earliest].map(([queue, at]) => ({ queue, at }));
}

/** From when on somebody may take it. */
export function offeredAt({ availableAt, lease }: NonNullable<TaskExecution["external"]>): number {
  return lease?.until ?? availableAt;
}

function isSame(some: readonly Offer[], others: readonly Offer[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ queue, at }) => others.some((other) => other.queue === queue && other.at === at))
  );
}
