import type { Failure } from "../../model/job/failure.ts";

/** Of a task that ended because others did. */
export const cancelledFailure: Failure = { code: "cancelled", message: "The task was cancelled" };

export const unknownFailure: Failure = { code: "internal", message: "The task failed without a reason" };
