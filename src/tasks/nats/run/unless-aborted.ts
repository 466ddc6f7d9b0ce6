/** What a promise brings, or the signal's reason as soon as that is aborted; what the promise brings later is nobody's concern then. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort);
  promise.then(resolve, reject);
  const release = (): void => signal.removeEventListener("abort", abort);
  answer.then(release, release);
  return answer;
}
