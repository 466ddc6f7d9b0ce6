import { waitingOf } from "../../../engine/search/waiting.ts";
import type { HistoryEntry } from "../../../model/job/history.ts";
import { isFinal, ranElsewhere } from "../../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../../model/job/task-execution.ts";
import { type WaitingReason, waitingNow } from "../../../model/search/waiting.ts";
import { placesOf } from "../../../model/tree/places.ts";
import type { Waiting } from "../explanation.ts";
import type { Facts } from "../facts.ts";
import { askedText, countText, failureText, nameText, timeText, untilText } from "../words.ts";
import { givenBack, isGivenBack, waitsForWorker } from "./for-worker.ts";

/** For what the job waits that no worker has, and until when; undefined where one has it, or it has ended. */
export function explainWaiting(facts: Facts): Waiting | undefined {
  const { job, nowMs } = facts;
  const reason = reasonOf(facts);
  if (reason === undefined) return undefined;
  const until = job.readyAt ?? nowMs;
  if (isGivenBack(facts, reason)) return givenBack(facts, reason, until);
  switch (reason) {
    case "worker":
      return waitsForWorker(facts);
    case "start":
      return { reason, until, text: `Its start asked for a later time: it begins at ${untilText(until, nowMs)}` };
    case "retry":
      return { reason, until, text: `${retryText(facts)}, at ${untilText(until, nowMs)}` };
    case "time":
      return { reason, until, text: `${timeWaitText(facts)} lets it wait until ${untilText(until, nowMs)}` };
    case "worker_lost": {
      const lost = countText(job.lost, "worker was", "workers were");
      return {
        reason,
        until,
        text: `${lost} lost with it in a row: the next one takes it at ${untilText(until, nowMs)}`,
      };
    }
    case "event":
      return eventWait(facts);
    case "job":
      return {
        reason,
        text:
          openTasks(facts, ({ child }) => child !== undefined)
            .map(childText)
            .join("; ") || "A job that it started has not ended",
      };
    case "external":
      return externalWait(facts);
    case "paused":
      return { reason, text: pausedText(facts) };
    default:
      return reason satisfies never;
  }
}

/** As it was noted, or of a job that an earlier program stored, as its tasks tell. */
function reasonOf({ job, model, nowMs }: Facts): WaitingReason | undefined {
  if (ranElsewhere(job) || isFinal(job.status)) return undefined;
  if (job.status === "paused") return "paused";
  if (job.waiting !== undefined || model === undefined) return waitingNow(job, nowMs);
  const waiting = waitingOf(model, job, job.tasks, { nowMs });
  return waitingNow({ ...job, ...(waiting !== undefined && { waiting }) }, nowMs);
}

function openTasks({ job }: Facts, isMeant: (task: TaskExecution) => boolean): TaskExecution[] {
  return job.tasks.filter((task) => isOpen(task) && isMeant(task));
}

/** What lets it wait, which may begin as late as the start asked for. */
function timeWaitText(facts: Facts): string {
  const timed = openTasks(facts, isTimed);
  const names = timed.map(nameText).join(", ") || "Its definition";
  const beginsAt = Math.min(...timed.map(({ scheduledAt }) => scheduledAt));
  if (timed.length === 0 || beginsAt <= facts.nowMs) return names;
  return `Its start asked for a later time, ${untilText(beginsAt, facts.nowMs)}, and from then on ${names}`;
}

function isTimed({ status, readyAt, external, child }: TaskExecution): boolean {
  return status === "awaiting" && readyAt !== undefined && external === undefined && child === undefined;
}

function retryText(facts: Facts): string {
  const { job } = facts;
  const [next] = openTasks(facts, ({ status }) => status === "scheduled").sort(
    (a, b) => (a.readyAt ?? 0) - (b.readyAt ?? 0),
  );
  if (next === undefined) return "It goes on after a delay";
  const failed = next.error === undefined ? "" : ` failed: ${failureText(next.error)}. It`;
  const model = facts.model === undefined ? undefined : placesOf(facts.model.root).get(next.path)?.node;
  const most = model?.kind === "task" ? ` of at most ${(next.attemptsBefore ?? 0) + model.retry.retries + 1}` : "";
  const whole =
    (job.retried ?? 0) > 0 && next.attempt === (next.attemptsBefore ?? 0) + 1
      ? " after a failure of the whole job"
      : "";
  return `${nameText(next)}${failed} is tried again${whole}, attempt ${next.attempt}${most}`;
}

function eventWait(facts: Facts): Waiting {
  const places = facts.model === undefined ? undefined : placesOf(facts.model.root);
  const waits = openTasks(facts, ({ type }) => type === "wait").flatMap((task) => {
    const node = places?.get(task.path)?.node;
    if (node?.kind !== "wait" || !("event" in node.for)) return [];
    const limit = task.readyAt === undefined ? ", without a limit" : `, until ${untilText(task.readyAt, facts.nowMs)}`;
    return [
      { text: `${nameText(task)} waits for the event ${JSON.stringify(node.for.event)}${limit}`, until: task.readyAt },
    ];
  });
  const [first] = waits;
  const text = waits.map((wait) => wait.text).join("; ") || "It waits for an event from outside";
  return { reason: "event", text, ...(first?.until !== undefined && { until: first.until }) };
}

function childText(task: TaskExecution): string {
  return `${nameText(task)} waits for the end of job ${task.child?.id ?? ""}, which does it`;
}

function externalWait(facts: Facts): Waiting {
  const tasks = openTasks(facts, ({ external }) => external !== undefined);
  const text = tasks.map((task) => externalText(task, facts.nowMs)).join("; ");
  const until = tasks[0]?.external?.lease?.until;
  return { reason: "external", text, ...(until !== undefined && { until }) };
}

function externalText(task: TaskExecution, nowMs: number): string {
  const { queue = "", lease, availableAt = 0 } = task.external ?? {};
  const where = `${nameText(task)} is in queue ${JSON.stringify(queue)}`;
  if (lease === undefined)
    return availableAt > nowMs
      ? `${where}, offered again at ${untilText(availableAt, nowMs)}`
      : `${where}, and no program has taken it`;
  if (lease.until <= nowMs)
    return `${where}; ${lease.worker} took it and has been silent since ${timeText(lease.until)}`;
  return `${where}; ${lease.worker} has it, until ${untilText(lease.until, nowMs)} unless it sends a heartbeat`;
}

/** Who paused the job, from its history. */
export function pausedText({ job, history }: Facts): string {
  const entry = history.findLast(({ type }: HistoryEntry) => type === "job_paused");
  const running = job.lease === undefined ? "" : `; worker ${job.lease.worker} may still end what it runs`;
  if (entry === undefined) return `It is paused${running}`;
  return `${askedText(entry)} paused it at ${timeText(entry.at)}${running}`;
}
