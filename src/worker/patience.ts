/** How long a worker waits for what may never come, in ms. */
export interface Patience {
  /** For attempts that are aborted, once the grace of a stop is over. */
  readonly abortedMs: number;
  /** For a store to take back what a stopping worker still holds; the rescue does it later. */
  readonly leaveMs: number;
  /** For a worker that lost a job to end its processes and to say so. */
  readonly newsMs: number;
}

/** Commands get 5 s to clean up before they are killed. */
export const defaultPatience: Patience = { abortedMs: 7000, leaveMs: 5000, newsMs: 12_000 };
