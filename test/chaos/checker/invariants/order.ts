import { callsByTask } from "../calls.ts";
import type { Call, Evidence, FinalJob, Violation } from "../evidence.ts";
import { Faults } from "../faults.ts";

/**
 * I4: a step never starts before its predecessor's result is committed. Two things show it: the time of the result in the
 * history, and that the predecessor is not called again afterwards, as it would be if the result had died with its worker.
 */
export function* inOrder(evidence: Evidence): Generator<Violation> {
  const { tasks, jobs, settings } = evidence;
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  for (const job of jobs) {
    for (const [index, task] of tasks.entries()) {
      const before = tasks[index - 1];
      const [first] = calls.of(job.marker, task);
      if (before === undefined || first === undefined) continue;
      const told = `job ${job.id} (marker ${job.marker}): ${task} was called (line ${first.line})`;
      const committedAt = resultAt(job, before);
      if (committedAt === undefined)
        yield { invariant: "I4", message: `${told}, though ${before} has no recorded result` };
      else if (committedAt > first.receivedWallMs + settings.clockSlackMs)
        yield {
          invariant: "I4",
          message: `${told} ${committedAt - first.receivedWallMs} ms before the result of ${before} was recorded`,
        };
      const again = calls.of(job.marker, before).find((call) => isAfter(call, first) && !faults.late(call));
      if (again !== undefined)
        yield { invariant: "I4", message: `${told} before ${before} was called again (line ${again.line})` };
    }
  }
}

function resultAt(job: FinalJob, task: string): number | undefined {
  return job.history.find((entry) => entry.task === task && entry.type === "task_completed")?.atWallMs;
}

function isAfter(call: Call, other: Call): boolean {
  return call.receivedAtMs > other.receivedAtMs;
}
