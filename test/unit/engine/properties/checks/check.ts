import { isDeepStrictEqual } from "node:util";

/** Fails unless the two are equal, down to members that are undefined in one and absent in the other. */
export function expectSame(what: string, found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

/** Fails unless it holds. */
export function check(holds: boolean, promise: string, about: unknown): void {
  if (!holds) throw new Error(`${promise}: ${JSON.stringify(about)}`);
}
