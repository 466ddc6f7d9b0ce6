/** What `setTimeout` takes at most, in milliseconds, some 25 days; anything above it fires at once. */
const longestMs = 2 ** 31 - 1;

/** Calls `late` when so many milliseconds are over, however many: never, where they are `Infinity`. The answer ends the timer. */
export function timerOf(ms: number, late: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (leftMs: number): void => {
    if (leftMs <= longestMs) timer = setTimeout(late, leftMs);
    else if (leftMs < Number.POSITIVE_INFINITY) timer = setTimeout(() => wait(leftMs - longestMs), longestMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
