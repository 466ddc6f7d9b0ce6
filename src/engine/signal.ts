import type { Decision } from "../model/decision/decision.ts";
import type { Signal } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { endingOf } from "../model/job/extras.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { isJsonObject } from "../model/json.ts";
import { type Places, placesOf } from "../model/tree/places.ts";
import type { WaitNode, Workflow } from "../model/workflow.ts";
import { aboutTask } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { bytesOf, sizeFailure } from "./result-size.ts";
import { nextStep } from "./step/next-step.ts";

/**
 * An event from outside ends the wait for it that is longest open. Where none is, it is kept for the first wait for it that the job has still to reach, unless that
 * stands in a loop or fan-out, where nobody can say which turn is meant.
 */
export function signal(model: Workflow, job: Job, event: Signal, moment: Moment): Decision {
  if (job.tasks.some((task) => isEndedBy(task, event))) return ignored("applied_before"); // also where it let the job end
  if (isFinal(job.status) || endingOf(job) !== undefined) return ignored("not_allowed_in_state");
  const places = placesOf(model.root);
  const waits = (path: string): boolean => isWaitFor(places, path, event.event) !== undefined;
  const open = job.tasks.find(({ path, status }) => status === "awaiting" && waits(path));
  const task = open ?? ahead(places, job, event.event, moment);
  if (task === undefined) return ignored("not_awaited");
  const { readyAt: _readyAt, ...kept } = task;
  const result = {
    request: { event: event.event, id: event.id, by: event.by },
    response: { json: event.data },
  };
  const error = sizeFailure(job, task, result, moment);
  if (error !== undefined) return ignored("too_large");
  const ended: TaskExecution = { ...kept, status: "completed", result, finishedAt: moment.nowMs };
  const entry = { at: moment.nowMs, type: "task_completed", run: job.run, ...aboutTask(ended), by: event.by } as const;
  const bytes = job.bytes + bytesOf(result);
  return nextStep(model, job, { tasks: [ended], history: [entry], bytes }, moment);
}

/** Two events that were told under one key are two. */
function isEndedBy({ type, result }: TaskExecution, { id, event }: Signal): boolean {
  if (type !== ("wait" satisfies WaitNode["kind"]) || !isJsonObject(result?.request)) return false;
  return result.request["id"] === id && result.request["event"] === event;
}

function isWaitFor(places: Places, path: string, event: string): WaitNode | undefined {
  const node = places.get(path)?.node;
  return node?.kind === "wait" && "event" in node.for && node.for.event === event ? node : undefined;
}

/** Also where a retry is to get to it once more. */
function isStillToCome({ tasks }: Job, path: string): boolean {
  return tasks.every((task) => task.path !== path || task.status === "undone");
}

function ahead(places: Places, job: Job, event: string, { nowMs }: Moment): TaskExecution | undefined {
  for (const [path, { repeaters }] of places) {
    const node = isWaitFor(places, path, event);
    if (node === undefined || repeaters.length > 0 || !isStillToCome(job, path)) continue;
    const { name, kind: type } = node;
    return { path, iteration: 0, name, type, status: "awaiting", attempt: 1, scheduledAt: nowMs };
  }
  return undefined;
}
