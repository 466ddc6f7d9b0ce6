import { callsByTask, succeeded } from "../calls.ts";
import type { Call, Evidence, Violation } from "../evidence.ts";
import { Faults } from "../faults.ts";
import { resultAt, type Whole, wholes } from "../steps.ts";

/**
 * I5: a step is called again only after a refusal, or when the call before was open (or answered and not yet committed)
 * as its worker's incarnation died, was stopped beyond its lease or gave it up in an outage; and never once its result is recorded.
 */
export function* duplicatesExplained(evidence: Evidence): Generator<Violation> {
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  for (const whole of wholes(evidence))
    for (const task of evidence.steps.tasks) {
      const { job } = whole;
      const received = calls.of(job.marker, task).filter((call) => !faults.late(call));
      for (const message of unexplained(received, faults))
        yield { invariant: "I5", message: `job ${job.id} (marker ${job.marker}), ${task}: ${message}` };
      for (const message of afterResult(whole, task, received, evidence.settings.clockSlackMs))
        yield { invariant: "I5", message: `job ${job.id} (marker ${job.marker}), ${task}: ${message}` };
    }
}

function* unexplained(received: readonly Call[], faults: Faults): Generator<string> {
  for (const [index, call] of received.entries()) {
    const before = received[index - 1];
    if (before === undefined) continue;
    const refused = before.answeredAtMs !== undefined && !succeeded(before);
    if (refused && before.answeredAtMs <= call.receivedAtMs) continue;
    if (faults.interruption(before, call.receivedAtMs) !== undefined) continue;
    yield `called again by ${call.incarnation} (line ${call.line}) though the call of ${before.incarnation} (line ${before.line}, ${fate(before)}) was not interrupted`;
  }
}

function fate(call: Call): string {
  return call.answeredAtMs === undefined ? "never answered" : `answered ${call.status}`;
}

function* afterResult(whole: Whole, task: string, received: readonly Call[], slackMs: number): Generator<string> {
  const result = resultAt(whole, task);
  if (result === undefined) return;
  for (const call of received)
    if (call.receivedWallMs > result + slackMs)
      yield `called by ${call.incarnation} (line ${call.line}) ${call.receivedWallMs - result} ms after its result was recorded`;
}
