/** Small things that few jobs have. Stores keep them together as one JSON, so that a further one needs no further column. */
export interface JobExtras {
  /** As what the job ends when its finished tasks are undone; `none` once it has ended. */
  readonly ending?: Ending | "none";
  /** Workflow-level retries used so far. */
  readonly retried?: number;
  /** Of a job that was started because another failed, and of its children: how many such stand in a row before it. */
  readonly afterFailures?: number;
  /** Of a child: the call that it answers, where its parent called it more than once. */
  readonly call?: number;
}

/** Those that a job has; undefined where it has none. */
export function extrasOf({ ending, retried, afterFailures, call }: JobExtras): JobExtras | undefined {
  if (ending === undefined && retried === undefined && afterFailures === undefined && call === undefined)
    return undefined;
  return {
    ...(ending !== undefined && { ending }),
    ...(afterFailures !== undefined && { afterFailures }),
    ...(retried !== undefined && { retried }),
    ...(call !== undefined && { call }),
  };
}

/** How a job is going to end whose finished tasks are being undone before. */
export type Ending = "failed" | "timed_out" | "terminated";

/** Undefined for a job that has ended, or whose end has not been decided. */
export function endingOf({ ending }: { readonly ending?: Ending | "none" }): Ending | undefined {
  return ending === "none" ? undefined : ending;
}
