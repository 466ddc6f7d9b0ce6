import type { Event } from "../../model/decision/event.ts";
import { WorkflowsError } from "../../model/errors.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { Job } from "../../model/job/job.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Applied } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { hintAt } from "../hint.ts";
import { applyTogether } from "./apply-together.ts";
import { parseTaskToken, type TaskToken } from "./task-token.ts";

/** What came of what a worker from outside said. */
export interface Answered {
  /** It was said before, and counted then. */
  readonly replayed: boolean;
}

/** Lengthens the lease; answers its end, epoch ms. Throws lease_lost. */
export async function heartbeatExternal(deps: Deps, task: string, leaseMs: number): Promise<number> {
  const { about, job } = await said(deps, task, ({ path, iteration, token }) => {
    return { kind: "external_heartbeat", path, iteration, token, leaseMs };
  });
  return executionAt(job.tasks, about)?.external?.lease?.until ?? deps.moment().nowMs;
}

/** Ends the execution with its output. Throws lease_lost, input_too_large. */
export async function completeExternal(deps: Deps, task: string, output: JsonValue): Promise<Answered> {
  return ended(deps, task, ({ path, iteration, token }) => {
    return { kind: "external_completed", path, iteration, token, output };
  });
}

export interface FailedAsk {
  readonly error: Failure;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** Ends the attempt; whether another follows says the definition. Throws lease_lost. */
export async function failExternal(deps: Deps, task: string, ask: FailedAsk): Promise<Answered> {
  return ended(deps, task, ({ path, iteration, token }) => ({
    kind: "external_failed",
    path,
    iteration,
    token,
    ...ask,
  }));
}

/** What ended lets the job go on, so whoever may run it has to know; of a heartbeat nobody has to. */
async function ended(deps: Deps, task: string, eventOf: (about: TaskToken) => Event): Promise<Answered> {
  const { job, replayed } = await said(deps, task, eventOf);
  if (!replayed) hintAt(deps, job);
  return { replayed };
}

interface Said extends Answered {
  readonly about: TaskToken;
  readonly job: Job;
}

async function said(deps: Deps, task: string, eventOf: (about: TaskToken) => Event): Promise<Said> {
  const about = parseTaskToken(task);
  if (about === undefined) throw new WorkflowsError("lease_lost", "This is no task that was taken from a queue");
  const applied = await applyTogether(deps, about.job, eventOf(about));
  if (applied.kind === "committed") return { about, job: applied.job, replayed: false };
  if (applied.kind === "ignored" && applied.reason === "applied_before")
    return { about, job: applied.job, replayed: true };
  throw refusal(applied);
}

function refusal(applied: Exclude<Applied, { kind: "committed" }>): WorkflowsError {
  if (applied.kind === "ignored" && applied.reason === "too_large")
    return new WorkflowsError(
      "input_too_large",
      "The output is larger than what the job may still keep (max_result_bytes, max_job_bytes)",
    );
  return new WorkflowsError("lease_lost", "The task is not yours any more: its lease is over, or its job has ended");
}
