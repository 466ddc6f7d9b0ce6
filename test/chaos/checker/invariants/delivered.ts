import { type CallsByTask, callsByTask, succeeded } from "../calls.ts";
import type { Call, Evidence, Violation } from "../evidence.ts";
import { type Steps, type Whole, wholes } from "../steps.ts";

/** I2: every step of a job that ended was received and answered, under one idempotency key over all its attempts that no other step has. */
export function* deliveredUnderOneKey(evidence: Evidence): Generator<Violation> {
  const calls = callsByTask(evidence.calls);
  for (const whole of wholes(evidence)) yield* undelivered(whole, evidence.steps, calls);
  yield* keys(evidence.calls);
}

function* undelivered(
  { job, history }: Whole,
  { tasks, end = "done" }: Steps,
  calls: CallsByTask,
): Generator<Violation> {
  for (const task of tasks) {
    const received = calls.of(job.marker, task);
    const told = `job ${job.id} (marker ${job.marker}), task ${task}`;
    const completions = history.filter((entry) => entry.type === "task_completed" && entry.task === task).length;
    if (job.status === end && completions !== 1)
      yield { invariant: "I2", message: `${told}: ${end}, with ${completions} results in the history` };
    if (completions > 0 && !received.some(succeeded))
      yield { invariant: "I2", message: `${told}: a result is recorded, but no successful call was received` };
    const failures = history.filter((entry) => entry.type === "attempt_failed" && entry.task === task).length;
    const refused = received.filter((call) => !succeeded(call)).length;
    if (failures > refused)
      yield {
        invariant: "I2",
        message: `${told}: ${failures} failures are recorded, ${refused} unsuccessful calls were received`,
      };
  }
}

function* keys(calls: readonly Call[]): Generator<Violation> {
  const keyOf = new Map<string, Call>();
  const ownerOf = new Map<string, Call>();
  for (const call of calls) {
    const step = `${call.marker}/${call.task}`;
    const first = keyOf.get(step) ?? call;
    keyOf.set(step, first);
    if (first.idempotencyKey !== call.idempotencyKey)
      yield {
        invariant: "I2",
        message: `step ${step} came under key ${first.idempotencyKey} (line ${first.line}) and ${call.idempotencyKey} (line ${call.line})`,
      };
    const owner = ownerOf.get(call.idempotencyKey) ?? call;
    ownerOf.set(call.idempotencyKey, owner);
    if (`${owner.marker}/${owner.task}` !== step)
      yield {
        invariant: "I2",
        message: `key ${call.idempotencyKey} is that of ${owner.marker}/${owner.task} (line ${owner.line}) and of ${step} (line ${call.line})`,
      };
  }
}
