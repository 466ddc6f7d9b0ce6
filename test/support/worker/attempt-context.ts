import type { AttemptContext } from "../../../src/tasks/kind.ts";

const ignore = (): void => undefined;

/** An attempt that nobody aborts, and that may start processes. */
export function attemptContext(more: Partial<AttemptContext> = {}): AttemptContext {
  return {
    signal: new AbortController().signal,
    idempotencyKey: "key",
    secrets: [],
    log: { info: ignore, warn: ignore, error: ignore },
    began: () => Promise.resolve(true),
    ...more,
  };
}
