import { setImmediate as nextTurn } from "node:timers/promises";
import { wroteNothing } from "../../model/errors.ts";
import type { WorkerId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { Log } from "../../model/log.ts";
import type { ClaimAnswer, ClaimAsk } from "../../store/store.ts";
import type { Claimed } from "../claimer.ts";
import type { Incarnation } from "../life/incarnation.ts";
import type { Slots } from "../slots/slots.ts";
import type { AnswersDue } from "./answers-due.ts";

/** So many jobs of a claim begin in one turn of the event loop where several workflows share the worker: what comes of the others waits for these, not for all. */
const begunAtOnce = 4;

export interface ClaimsHost {
  readonly life: Pick<Incarnation, "id" | "end">;
  readonly slots: Pick<Slots, "tryTake" | "own" | "give" | "isShared">;
  readonly answersDue: AnswersDue;
  readonly log: Log;
  claim(ask: ClaimAsk): Promise<ClaimAnswer>;
  /** What a claim may bring of workflows that are here already. */
  rooms(): ReadonlyMap<string, number>;
  /** Takes a job, with its slot, unless that life is over. */
  take(job: Job): void;
  doubt(worker: WorkerId, error: unknown): void;
}

/** Asks the store for jobs, at most as many as there are slots, and takes them; undefined: not now. Never rejects. */
export async function claimJobs(
  host: ClaimsHost,
  ask: Pick<ClaimAsk, "limit" | "of" | "nowMs" | "takes">,
): Promise<Claimed | undefined> {
  const { life, slots, log } = host;
  const { limit, of } = ask;
  if (!slots.tryTake(limit)) return undefined;
  const due = host.answersDue.begin("claim");
  let taken = 0;
  try {
    const answer = await host.claim({ ...ask, worker: life.id, room: host.rooms() });
    if (answer.kind === "expired") {
      life.end("the lease was given to others");
      return undefined;
    }
    for (const [index, job] of answer.jobs.entries()) {
      if (index > 0 && index % begunAtOnce === 0 && of === "healthy" && slots.isShared) await nextTurn();
      if (due.left(job.id, job.fence)) continue; // an answer that came first brought it
      taken += 1;
      slots.own(job.workflow.name);
      host.take(job);
    }
    return answer;
  } catch (error) {
    if (wroteNothing(error)) log.warn({ err: error }, "the store takes no claim now");
    else host.doubt(life.id, error);
    return undefined;
  } finally {
    due.end();
    for (; taken < limit; taken += 1) slots.give();
  }
}
