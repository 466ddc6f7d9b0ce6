/** Small things that few jobs have. Stores keep them together as one JSON, so that a further one needs no further column. */
export interface JobExtras {
  /** Workflow-level retries used so far. */
  readonly retried?: number;
  /** Of a child: the call that it answers, where its parent called it more than once. */
  readonly call?: number;
}

/** Those that a job has; undefined where it has none. */
export function extrasOf({ retried, call }: JobExtras): JobExtras | undefined {
  if (retried === undefined && call === undefined) return undefined;
  return { ...(retried !== undefined && { retried }), ...(call !== undefined && { call }) };
}
