export type StopSignal = "SIGTERM" | "SIGINT";

const exitCodes: Readonly<Record<StopSignal, number>> = { SIGTERM: 143, SIGINT: 130 };

/**
 * One request to stop may come as two signals: to the process, and again to its group (GNU timeout), or from the terminal and
 * again from npm, which passes it on.
 */
const sameRequestMs = 250;

/** From now on the first SIGTERM or SIGINT resolves the promise and a second request ends the process at once. */
export function stopSignal(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let toldAt: number | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      const nowMs = performance.now();
      if (toldAt !== undefined && nowMs - toldAt > sameRequestMs) process.exit(exitCodes[signal]);
      toldAt ??= nowMs;
      resolve(signal);
    });
  return promise;
}
