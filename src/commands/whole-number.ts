import { ExitError } from "./exit-error.ts";

/** The number that stands behind an option. `right`: what would be. Throws `ExitError` (2). */
export function wholeNumber(option: string, written: string, right: string): number {
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new ExitError(2, `${option} ${written}: must be ${right}`);
}
