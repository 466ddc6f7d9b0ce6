import type { TaskExecution } from "../../model/job/task-execution.ts";
import { cancelledFailure, unknownFailure } from "./failures.ts";
import { active, completed, failedWith, type Progress } from "./progress.ts";

/** Where a node stands by its execution; undefined where it has none that counts, and begins. One that was skipped lets its successors run. */
export function standOf(execution: TaskExecution | undefined): Progress | undefined {
  if (execution === undefined) return undefined;
  switch (execution.status) {
    case "undone":
      return undefined;
    case "scheduled":
    case "started":
    case "awaiting":
      return active({ open: execution });
    case "completed":
    case "skipped":
      return completed;
    case "failed":
      return failedWith(execution.error ?? unknownFailure);
    case "cancelled":
      return failedWith(cancelledFailure);
    default:
      return execution.status satisfies never;
  }
}

/** The same for what no worker runs: what a retry scheduled begins to be awaited. */
export function standOfAwaited(execution: TaskExecution | undefined): Progress | undefined {
  return execution?.status === "scheduled" ? undefined : standOf(execution);
}
