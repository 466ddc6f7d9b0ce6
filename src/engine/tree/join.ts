import type { TaskExecution } from "../../model/job/task-execution.ts";
import { cancelledFailure } from "./failures.ts";
import type { Progress } from "./progress.ts";

export interface Join {
  /** So many branches must complete. */
  readonly join: number;
  readonly onFailure: "cancel" | "wait";
}

/** Branches side by side as one: complete when as many are as the join asks for, failed when no longer so many can be, ended when one ends the job. */
export function joined(branches: readonly Progress[], { join, onFailure }: Join): Progress {
  const open: TaskExecution[] = [];
  const schedule: TaskExecution[] = [];
  const cancel: TaskExecution[] = [];
  let running = 0;
  let complete = 0;
  let error: (Progress & { kind: "failed" })["error"] | undefined;
  for (const branch of branches) {
    cancel.push(...branch.cancel);
    if (branch.kind === "ended") return branch;
    if (branch.kind === "completed") complete += 1;
    else if (branch.kind === "active") {
      running += 1;
      for (const execution of branch.open) open.push(execution);
      for (const execution of branch.schedule) schedule.push(execution);
      // What was cancelled failed because of something else.
    } else if (error === undefined || error.code === cancelledFailure.code) error = branch.error;
  }
  if (complete >= join) return { kind: "completed", cancel: [...new Set([...cancel, ...open])] };
  if (error !== undefined && complete + running < join && (running === 0 || onFailure === "cancel"))
    return { kind: "failed", error, cancel: [...new Set([...cancel, ...open])] };
  return { kind: "active", open, schedule, cancel };
}
