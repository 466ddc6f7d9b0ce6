import type { Outcome } from "../../model/job/task-execution.ts";
import type { Log } from "../../model/log.ts";
import type { TaskNode } from "../../model/workflow.ts";
import type { AttemptAsk, AttemptRunner } from "../attempt-runner.ts";

/** Runs an attempt of a task, where the workflow has it; what must not happen fails the task. Never rejects. */
export async function runSafely(
  { run, log }: { readonly run: AttemptRunner; readonly log: Log },
  node: TaskNode | undefined,
  ask: Omit<AttemptAsk, "node">,
): Promise<Outcome> {
  if (node === undefined) return internalFailure(`The workflow has no task at ${ask.execution.path}`);
  try {
    return await run({ ...ask, node });
  } catch (error) {
    log.error({ job: ask.job.id, task: node.name, err: error }, "unexpected error in an attempt");
    return internalFailure("The worker met a bug in itself; its log has the details");
  }
}

function internalFailure(message: string): Outcome {
  return { kind: "failed", error: { code: "internal", message }, retryable: false };
}
