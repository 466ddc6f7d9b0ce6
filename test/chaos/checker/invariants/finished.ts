import type { Evidence, Violation } from "../evidence.ts";

/** I6: after faults heal, nothing stays unfinished. The receiver refuses by chance only, so every job must end as its workflow has it. */
export function* nothingUnfinished({ starts, jobs, steps }: Evidence): Generator<Violation> {
  for (const job of jobs) {
    if (job.status === (steps.end ?? "done")) continue;
    const last = job.history.at(-1);
    const why = last?.error ?? last?.type ?? "nothing in its history";
    yield { invariant: "I6", message: `job ${job.id} (marker ${job.marker}) is ${job.status}: ${why}` };
  }
  for (const start of starts)
    if (start.acknowledged.length === 0)
      yield { invariant: "I6", message: `start ${start.marker} (key ${start.idempotencyKey}) was never acknowledged` };
}
