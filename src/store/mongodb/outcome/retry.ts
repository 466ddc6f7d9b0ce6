import { setTimeout as delay } from "node:timers/promises";
import { MongoNetworkTimeoutError } from "mongodb";
import { StoreUnavailable, WorkflowsError } from "../../../model/errors.ts";
import { kindOf } from "./error-kind.ts";

/** For how long an operation is tried again while its outcome is unknown, in ms. */
export const budgets = {
  /** Longer than an election with the server's default time-out of 10 s. */
  write: 20_000,
  /** Longer than an orderly step-down; then whoever asked is told to come again. */
  read: 5_000,
  /** A heartbeat is worth nothing later; the next one comes. */
  beat: 3_000,
} as const;

/**
 * Longest that one try may take, in ms: longer than the server is told to take. Seen with the driver: now and then an operation whose server is
 * killed never settles. What it may still do later is what any unknown outcome may.
 */
const longestTryMs = 10_000;

const firstPauseMs = 20;
const longestPauseMs = 500;

/** Told to an operation: earlier tries of it may have been applied. */
export interface Try {
  readonly again: boolean;
}

/**
 * Runs an idempotent operation until the server answers it. Its own retry, because the driver's is not enough: after the first socket
 * of a pool dies, other operations in flight lose their label and surface as failed although they were applied.
 * Throws `StoreUnavailable` when the budget is used up, or the server refuses for good.
 */
export async function untilAnswered<T>(budgetMs: number, operation: (attempt: Try) => Promise<T>): Promise<T> {
  const until = performance.now() + budgetMs;
  let pauseMs = firstPauseMs;
  for (let again = false; ; again = true) {
    try {
      return await answeredWithin(Math.max(1, Math.min(longestTryMs, until - performance.now())), operation({ again }));
    } catch (error) {
      if (error instanceof WorkflowsError) throw error;
      if (kindOf(error) === "final" || performance.now() + pauseMs > until)
        throw new StoreUnavailable("MongoDB does not answer, or refuses", error); // which hosts, and why, is for the log alone
    }
    await delay(pauseMs * (0.5 + Math.random() / 2));
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

async function answeredWithin<T>(withinMs: number, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new MongoNetworkTimeoutError("no answer in time")), withinMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined); // may still fail, when nobody listens any more
  }
}

/** Says of a failure that nothing had been written yet. */
export async function withoutWriting<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof StoreUnavailable ? new StoreUnavailable(error.message, error.cause, true) : error;
  }
}
