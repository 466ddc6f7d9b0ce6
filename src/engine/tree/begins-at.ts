import type { TaskExecution } from "../../model/job/task-execution.ts";

/** When what no worker runs begins: at once, or where a retry of its job is to wait, after that. */
export function beginsAt(before: TaskExecution | undefined, nowMs: number): number {
  return before?.status === "scheduled" ? Math.max(nowMs, before.readyAt ?? nowMs) : nowMs;
}
