/**
 * Refuses what a call has no option for: where nothing checks types, a misspelt `after` would otherwise start a job at once. Throws `TypeError` with the
 * names that there are.
 */
export function checkOptions<Options extends object>(
  what: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    throw new TypeError(`${what} has no option ${JSON.stringify(name)}; there are ${Object.keys(known).join(", ")}`);
  }
}

/** For calls that take nothing else. */
export const onlySignal = { signal: true } as const;
