import { setTimeout as delay } from "node:timers/promises";
import type { BulkAction, BulkAsking, BulkResult } from "../../../client/workflows.ts";
import type { CalledServer } from "../called-server.ts";
import { ServerFailed, ServerUnavailable } from "../refusal.ts";

/** A server that restarts, or has too much to do, is waited for so long. */
const outageMs = 30_000;
const againAfterMs = 1000;

/** With these a call was not taken, or the server answers that it did nothing. After any other failure it may have been done in part: repeated, it would restart jobs twice. */
const nothingDone = ["not_reached", "overloaded", "store_unavailable"];

/** Whether the call that failed so may have been done, in part or whole. */
export function isInDoubt(error: unknown): boolean {
  if (error instanceof ServerUnavailable) return !nothingDone.includes(error.code);
  return error instanceof ServerFailed;
}

export interface BulkWalk {
  readonly server: CalledServer;
  readonly action: BulkAction;
  /** The filter, and what the action takes. */
  readonly body: BulkAsking<BulkAction>;
  /** Where to begin: of a walk that was broken off. */
  readonly cursor?: string;
  /** Aborted: the call that is under way is the last one. */
  readonly signal: AbortSignal;
  /** After each call. */
  readonly told: (step: BulkResult) => void;
}

/** Calls until the server has no more jobs that fit; answers where to go on, if it was broken off. Throws `ExitError`, after `told` of all that is known to be done. */
export async function walkInBulk({
  server,
  action,
  body,
  cursor: from,
  signal,
  told,
}: BulkWalk): Promise<string | undefined> {
  let cursor = from;
  let answeredAt = performance.now();
  do {
    try {
      const asked = { ...body, ...(cursor !== undefined && { cursor }) };
      const step = await server.ask(({ jobs }) => jobs.bulk(action, asked));
      told(step);
      answeredAt = performance.now();
      if (step.next === null) return undefined;
      cursor = step.next;
      if (step.stopped !== undefined) await delay(againAfterMs, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      const isPassing = error instanceof ServerUnavailable && !isInDoubt(error);
      if (!isPassing || performance.now() - answeredAt > outageMs) throw error;
      await delay(againAfterMs, undefined, { signal }).catch(() => undefined);
    }
  } while (!signal.aborted);
  return cursor ?? "";
}
