/** How far the clock is moved, in ms. */
export const aheadVariable = "CLOCK_AHEAD_MS";

/** Name of a file: the clock is moved from when that is there; absent: from the start. */
export const stepFileVariable = "CLOCK_STEP_FILE";

/** To be loaded into a process before the product (`--import`). */
export const shiftedClockProgram = new URL("program.ts", import.meta.url).href;

/** Environment of a process that loads the program above: its `Date` differs by so much, its monotonic clock does not. */
export function shiftedClock(aheadMs: number, stepFile?: string): { readonly [variable: string]: string } {
  return { [aheadVariable]: String(aheadMs), ...(stepFile !== undefined && { [stepFileVariable]: stepFile }) };
}
