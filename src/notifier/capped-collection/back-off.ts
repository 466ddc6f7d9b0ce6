import { MongoServerError } from "mongodb";
import { NotCapped } from "./bus-collection.ts";

/** The first attempt after a loss comes soon: most are over at once (a killed cursor, one that was overtaken). */
const firstPauseMs = 50;

const pauseMs = 100;
const longestPauseMs = 2000;

/** Where only an operator can help. */
const pauseForOperatorMs = 30_000;

/** Unauthorized, AuthenticationFailed. */
const refusals: readonly unknown[] = [13, 18];

/** Pause before the next attempt, in ms, after `failures` earlier ones in a row. Jittered, because every process lost the bus at the same moment. */
export function pauseBefore(failures: number, error: unknown, random: number): number {
  if (failures === 0) return firstPauseMs * random;
  const needsOperator =
    error instanceof NotCapped || (error instanceof MongoServerError && refusals.includes(error.code));
  const longest = needsOperator ? pauseForOperatorMs : longestPauseMs;
  return Math.min(longest, pauseMs * 2 ** (failures - 1)) * (0.5 + random / 2);
}
