import type { Evidence, FinalJob, Transition, Violation } from "../evidence.ts";

const ended = new Set(["task_completed", "task_failed", "task_skipped"]);
const results = new Set([...ended, "attempt_failed", "attempt_interrupted"]);

/** I3: results commit only under the current fence, so fences never go back, each belongs to one worker, and a task ends once. */
export function* committedUnderFence({ jobs, steps }: Evidence): Generator<Violation> {
  for (const job of jobs)
    for (const message of broken(job, new Set(steps.tasks)))
      yield { invariant: "I3", message: `job ${job.id} (marker ${job.marker}): ${message}` };
}

function* broken(job: FinalJob, steps: ReadonlySet<string>): Generator<string> {
  const holders = new Map<number, Transition>();
  const endedTasks = new Set<string>();
  let lowest = 0;
  for (const entry of job.history) {
    const { fence } = entry;
    if (entry.type === "worker_lost") {
      if (fence !== undefined) lowest = Math.max(lowest, fence + 1);
      continue;
    }
    if (!results.has(entry.type) || !steps.has(entry.task ?? "")) continue; // others are the engine's own
    if (fence === undefined || entry.worker === undefined) {
      yield `${told(entry)} names no worker and fence`;
      continue;
    }
    if (fence < lowest) yield `${told(entry)} was accepted, though fence ${lowest} was current`;
    lowest = Math.max(lowest, fence);
    const holder = holders.get(fence) ?? entry;
    holders.set(fence, holder);
    if (holder.worker !== entry.worker) yield `${told(entry)} has the fence of ${told(holder)}`;
    if (endedTasks.has(entry.task ?? "")) yield `${told(entry)} came after the task's end`;
    if (ended.has(entry.type)) endedTasks.add(entry.task ?? "");
  }
}

function told(entry: Transition): string {
  return `${entry.type} of ${entry.task ?? "?"} by worker ${entry.worker ?? "?"} under fence ${entry.fence ?? "?"}`;
}
