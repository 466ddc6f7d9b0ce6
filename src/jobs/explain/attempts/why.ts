import type { HistoryEntry } from "../../../model/job/history.ts";
import { placesOf } from "../../../model/tree/places.ts";
import type { RetryPolicy, Workflow } from "../../../model/workflow.ts";
import { askedText, durationText, failureText, timeText } from "../words.ts";

/** Why the attempt after a failed one is made. `retry`: the how manieth of the task's. */
export function retryWhy(entry: HistoryEntry, retry: number, policy: RetryPolicy | undefined): string {
  const { at, dueAt, attempt, error } = entry;
  const of = policy === undefined ? "" : ` of ${policy.retries}`;
  const delay = dueAt === undefined ? "" : ` after ${durationText(dueAt - at)}`;
  const how = policy === undefined ? "" : ` (${policyText(policy)})`;
  const because = error === undefined ? "" : `: ${failureText(error)}`;
  return `retry ${retry}${of}${delay}${how}, because attempt ${attempt ?? "before"} failed${because}`;
}

function policyText(policy: RetryPolicy): string {
  if (policy.kind === "fixed") return `fixed delay of ${durationText(policy.delayMs)}`;
  const { delayMs, factor, maxMs, jitter } = policy;
  const exactly = jitter === false ? "exactly" : "up to";
  return `exponential delay, ${exactly} ${durationText(delayMs)} times ${factor} each time, at most ${durationText(maxMs)}`;
}

/** Why an attempt is made again that was under way when its worker was lost. */
export function lostWhy({ worker, lostAt, at }: HistoryEntry): string {
  const when = lostAt === undefined ? `was told at ${timeText(at)}` : `was noticed at ${timeText(lostAt)}`;
  const who = worker === undefined ? "a worker, whose name was not recorded," : `worker ${worker}`;
  return `${who} was lost, which ${when}, while it may have been calling: nobody knows whether that call arrived`;
}

export function interruptedWhy({ worker = "its worker", at }: HistoryEntry): string {
  return `worker ${worker} was stopped at ${timeText(at)} while the attempt ran: it was broken off, and what it asked may have arrived`;
}

/** People had the job, or one task of it, go on or begin again. */
export function askedWhy(entry: HistoryEntry): string {
  const asked = entry.type === "job_restarted" ? "a restart" : "a retry";
  const key = entry.newKey === true ? ", under another Idempotency-Key" : "";
  return `${askedText(entry)} asked for ${asked} at ${timeText(entry.at)}${key}`;
}

/** A task that had completed is begun anew by such a retry: itself undone, or after a task that was. */
export function takenBackWhy(asked: string, wasUndone: boolean): string {
  return `${asked}, and ${wasUndone ? "it" : "a task before it"} had been undone`;
}

/** An undo runs that has run before: its task was done once more, or is done still. */
export function undoneAgainWhy({ at, by, reason, error }: HistoryEntry): string {
  const who = by === undefined ? "" : ` by ${askedText({ by, ...(reason !== undefined && { reason }) })}`;
  const because = error === undefined ? "" : `: ${failureText(error)}`;
  return `after a retry, the job was ended once more at ${timeText(at)}${who}${because}`;
}

/** The workflow's own retry of the whole job. */
export function jobRetryWhy({ at, dueAt, error }: HistoryEntry, retry: number, model: Workflow | undefined): string {
  const of = model?.retry === undefined ? "" : ` of ${model.retry.retries}`;
  const delay = dueAt === undefined ? "" : ` after ${durationText(dueAt - at)}`;
  const because = error === undefined ? "" : `, because the job would have failed: ${failureText(error)}`;
  return `retry ${retry}${of} of the whole job${delay} (its workflow's retries)${because}`;
}

/** How often the task's attempts are repeated; undefined where no worker makes any, or nothing is known of the definition. */
export function policyOf(model: Workflow | undefined, path: string): RetryPolicy | undefined {
  const node = model === undefined ? undefined : placesOf(model.root).get(path)?.node;
  return node?.kind === "task" || node?.kind === "external" ? node.retry : undefined;
}
