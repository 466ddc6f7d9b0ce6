import { callsByTask } from "../calls.ts";
import type { Call, Evidence, Violation } from "../evidence.ts";
import { Faults } from "../faults.ts";
import { resultAt, wholes } from "../steps.ts";

/**
 * I4: a step never starts before its predecessor's result is committed. Two things show it: the time of the result in the
 * history, and that the predecessor is not called again afterwards, as it would be if the result had died with its worker.
 */
export function* inOrder(evidence: Evidence): Generator<Violation> {
  const { steps, settings } = evidence;
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  for (const whole of wholes(evidence)) {
    const { job } = whole;
    for (const [before, task] of steps.order) {
      const [first] = calls.of(job.marker, task);
      if (first === undefined) continue;
      const told = `job ${job.id} (marker ${job.marker}): ${task} was called (line ${first.line})`;
      const committedAt = resultAt(whole, before);
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

function isAfter(call: Call, other: Call): boolean {
  return call.receivedAtMs > other.receivedAtMs;
}
