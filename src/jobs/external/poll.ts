import { offeredAt } from "../../engine/external/offers.ts";
import { toldTo } from "../../engine/external/told.ts";
import { type JobId, outwardIdempotencyKey } from "../../model/ids.ts";
import { executionKey } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Log } from "../../model/log.ts";
import type { Workflow } from "../../model/workflow.ts";
import { applyEvent, applyEvents } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { orFail } from "../fail-broken.ts";
import { hintAt } from "../hint.ts";
import { newTaskToken, type TaskToken } from "./task-token.ts";

export interface PollAsk {
  readonly queue: string;
  /** As the history names it. */
  readonly worker: string;
  /** How many at most: 1 to 100. */
  readonly limit: number;
  readonly leaseMs: number;
}

/** What somebody took. */
export interface TakenTask {
  readonly kind: "taken";
  readonly token: string;
  readonly job: Job;
  readonly execution: TaskExecution;
  /** Constant over attempts and `retry`, unless that asks for a new one; new at `restart`. */
  readonly idempotencyKey: string;
  readonly input: JsonValue;
}

/** What somebody took, and cannot be told: what its input is made from has changed since it was offered. */
interface Untold {
  readonly kind: "untold";
  readonly about: TaskToken;
  readonly error: Failure;
}

type Found = TakenTask | Untold;

/** Jobs that one poll looks at, where others are always faster. */
const mostLookedAt = 1000;

/**
 * Takes what is offered, the longest offered first; each to one worker, until its lease ends. Throws store_unavailable, overloaded only where nothing was taken: what was is told, or
 * nobody would do it before its lease ends.
 */
export async function pollExternal(deps: Deps, log: Log, ask: PollAsk): Promise<TakenTask[]> {
  const taken: TakenTask[] = [];
  const seen = new Set<JobId>();
  try {
    for (;;) {
      const limit = ask.limit - taken.length;
      const ids = (await deps.store.jobs.offered(ask.queue, deps.moment().nowMs, seen.size + limit)).filter(
        (id) => !seen.has(id),
      );
      if (ids.length === 0 || seen.size >= mostLookedAt) return taken; // others may have been faster
      for (const id of ids) {
        seen.add(id);
        const wanted = { ...ask, limit: ask.limit - taken.length };
        const found = (await orFail(deps, log, id, () => takeFrom(deps, id, wanted))) ?? [];
        taken.push(...found.filter((one) => one.kind === "taken"));
        for (const one of found) if (one.kind === "untold") await fail(deps, one);
        if (taken.length >= ask.limit) return taken;
      }
    }
  } catch (error) {
    if (taken.length === 0) throw error;
    return taken; // the next poll meets it again
  }
}

async function takeFrom(deps: Deps, id: JobId, ask: PollAsk): Promise<Found[]> {
  const job = await deps.store.jobs.get(id);
  if (job === undefined || isFinal(job.status) || job.status === "paused") return [];
  const model = await deps.catalog.modelOf(job.workflow);
  const { nowMs } = deps.moment();
  const tokens = job.tasks
    .filter(
      ({ status, external }) => status === "awaiting" && external?.queue === ask.queue && offeredAt(external) <= nowMs,
    )
    .slice(0, ask.limit)
    .map((task) => newTaskToken(id, task));
  if (tokens.length === 0) return [];
  const { worker, leaseMs } = ask;
  const events = tokens.map(
    ({ path, iteration, token }) => ({ kind: "external_polled", path, iteration, token, worker, leaseMs }) as const,
  );
  const applied = await applyEvents(deps, model, job, events);
  if (applied.kind !== "committed") return [];
  hintAt(deps, applied.job);
  return tokens.flatMap((token) => takenBy(model, applied.job, token));
}

/** Nobody can be told what to do: it is ended in the name of who took it. */
async function fail(deps: Deps, { about, error }: Untold): Promise<void> {
  const { job, path, iteration, token } = about;
  const event = { kind: "external_failed", path, iteration, token, error, retryable: false } as const;
  const applied = await applyEvent(deps, job, event);
  if (applied.kind === "committed") hintAt(deps, applied.job);
}

/** Nothing where somebody else was faster, or where it was lost to its last worker just now. */
function takenBy(model: Workflow, job: Job, token: TaskToken): Found[] {
  const execution = job.tasks.find((task) => executionKey(task) === executionKey(token));
  if (execution?.external?.lease?.token !== token.token) return [];
  const idempotencyKey = outwardIdempotencyKey(job.id, job.run, execution);
  const told = toldTo(model, job, execution);
  if (told.kind === "untold") return [{ ...told, about: token }];
  return [{ kind: "taken", token: token.token, job, execution, idempotencyKey, input: told.input }];
}
