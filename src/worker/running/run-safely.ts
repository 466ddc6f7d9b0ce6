import type { Outcome } from "../../model/job/task-execution.ts";
import type { Log } from "../../model/log.ts";
import type { AttemptAsk, AttemptRunner } from "../attempt-runner.ts";

/** Runs an attempt; a bug in it is logged, and fails it. Never rejects. */
export async function runSafely(parts: { run: AttemptRunner; log: Log }, ask: AttemptAsk): Promise<Outcome> {
  try {
    return await parts.run(ask);
  } catch (error) {
    parts.log.error({ job: ask.job.id, task: ask.node.name, err: error }, "unexpected error in an attempt");
    return internalFailure("The worker met a bug in itself; its log has the details");
  }
}

/** Of a task that the workflow does not have. */
export function withoutTask(path: string): Outcome {
  return internalFailure(`The workflow has no task at ${path}`);
}

function internalFailure(message: string): Outcome {
  return { kind: "failed", error: { code: "internal", message }, retryable: false };
}
