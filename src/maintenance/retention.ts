import type { Housekeeping } from "../store/store.ts";

/** Few enough that no writer waits noticeably behind them. */
const batch = 100;

/** As many keys, each of them small. */
const keysAtOnce = 1000;

export interface RetentionSettings {
  /** How long finished jobs are kept; 0: for ever. */
  readonly retentionMs: number;
  /** How long the key of a pruned job is remembered, from the job's start. */
  readonly idempotencyWindowMs: number;
}

/** Removes finished jobs that are old enough, and keys whose time is over, a few at a time and not longer than `forMs`. Answers whether there may be more. */
export async function prune(
  store: Housekeeping,
  settings: RetentionSettings,
  nowMs: number,
  forMs: number,
): Promise<boolean> {
  const { retentionMs, idempotencyWindowMs } = settings;
  const finishedBeforeMs = retentionMs === 0 ? 0 : nowMs - retentionMs; // no job ended before 1970
  const ask = { finishedBeforeMs, idempotencyWindowMs, nowMs, limit: batch };
  const until = performance.now() + forMs;
  for (;;) {
    const removed = await store.prune(ask);
    const forgotten = await store.forgetKeys(nowMs, keysAtOnce);
    if (removed < batch && forgotten < keysAtOnce) return false;
    if (performance.now() >= until) return true;
  }
}
