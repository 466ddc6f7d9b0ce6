import type { Failure } from "../../model/job/failure.ts";

/** Why a task is over before its attempts are used up; `last`: how the latest of them failed. */
export function noTimeLeft(last: Failure | undefined): Failure {
  const before = last === undefined ? "" : `; the last attempt failed: ${last.message} (${last.code})`;
  return { code: "task_timeout", message: `The task's time over all attempts is used up (totalTimeout)${before}` };
}
