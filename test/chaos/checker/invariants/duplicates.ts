import { callsByTask, succeeded } from "../calls.ts";
import type { Call, Evidence, FinalJob, Violation } from "../evidence.ts";
import { Faults } from "../faults.ts";

/**
 * I5: a step is called again only after a refusal, or when the call before was open (or answered and not yet committed)
 * as its worker's incarnation died, was stopped beyond its lease or gave it up in an outage; and never once its result is recorded.
 */
export function* duplicatesExplained(evidence: Evidence): Generator<Violation> {
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  for (const job of evidence.jobs)
    for (const task of evidence.tasks) {
      const received = calls.of(job.marker, task).filter((call) => !faults.late(call));
      for (const message of unexplained(received, faults))
        yield { invariant: "I5", message: `job ${job.id} (marker ${job.marker}), ${task}: ${message}` };
      for (const message of afterResult(job, task, received, evidence.settings.clockSlackMs))
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

function* afterResult(job: FinalJob, task: string, received: readonly Call[], slackMs: number): Generator<string> {
  const result = job.history.find((entry) => entry.task === task && entry.type === "task_completed");
  if (result === undefined) return;
  for (const call of received)
    if (call.receivedWallMs > result.atWallMs + slackMs)
      yield `called by ${call.incarnation} (line ${call.line}) ${call.receivedWallMs - result.atWallMs} ms after its result was recorded`;
}
