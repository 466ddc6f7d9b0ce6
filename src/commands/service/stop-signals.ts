export type StopSignal = "SIGTERM" | "SIGINT";

const exitCodes: Readonly<Record<StopSignal, number>> = { SIGTERM: 143, SIGINT: 130 };

/** From now on the first SIGTERM or SIGINT resolves the promise and the second ends the process at once. */
export function stopSignal(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let told = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (told) process.exit(exitCodes[signal]);
      told = true;
      resolve(signal);
    });
  return promise;
}
