import { inputBytes } from "../../../../src/engine/effects/call-child.ts";
import { executionKey } from "../../../../src/model/job/executions.ts";
import { isFinal, type Job } from "../../../../src/model/job/job.ts";
import type { Effect, StartJob } from "../../../../src/model/job/outward/effect.ts";
import type { Offer } from "../../../../src/model/job/outward/offer.ts";
import { isOpen, type TaskExecution } from "../../../../src/model/job/task-execution.ts";
import type { Write } from "./simulation.ts";

/** What is wrong with what a job wants done to others after a write; undefined where nothing is. `maxJobBytes`: of the limits. */
export function wrongly({ before, after, change, events = [] }: Write, maxJobBytes: number): string | undefined {
  const owed = after.effects ?? [];
  const was = before.effects ?? [];
  const added = owed.filter(({ id }) => !was.some((effect) => effect.id === id));
  const highest = Math.max(-1, ...was.map(({ id }) => id));
  if (added.some(({ id }) => id <= highest)) return "ids of effects only grow";
  if (new Set(owed.map(({ id }) => id)).size < owed.length) return "no two effects have one id";
  const isDone = (effect: Effect): boolean =>
    (effect.kind === "tell_parent" && change?.renewal !== undefined) || // it tells of the next end
    events.some((event) => event.kind === "effects_delivered" && event.ids.includes(effect.id)) ||
    events.some((event) => event.kind === "child_ended" && event.call === effect.id);
  if (was.some((effect) => !owed.includes(effect) && !hasId(owed, effect.id) && !isDone(effect)))
    return "what is owed stays until it is done";
  const isCalledOff = (call: number): boolean =>
    added.some((effect) => effect.kind === "cancel_job" && effect.call === call);
  const starts = added.filter(
    (effect): effect is StartJob => effect.kind === "start_job" && effect.parent !== undefined,
  );
  for (const { id, job } of starts)
    if (!after.tasks.some(({ child }) => child?.id === job && child.call === id) && !isCalledOff(id))
      return "each call has who waits for it, or is called off at once";
  if (starts.some((start) => isNewKeyUntold(before, after, start)))
    return "a child hears of each new key with its next call";
  const inputs = inputBytes(owed);
  const mayWait = inputs > 0 && after.bytes + inputs + mostInput > maxJobBytes;
  const isLive = !isFinal(after.status) && after.status !== "paused" && !mayWait;
  for (const task of after.tasks)
    if (isLive && task.type === "sub_workflow" && task.status === "awaiting" && task.child === undefined)
      return "what waits for a child has called it";
  for (const task of before.tasks) {
    const { child } = task;
    if (child === undefined || !isOpen(task)) continue;
    const now = after.tasks.find((other) => executionKey(other) === executionKey(task));
    if (now !== undefined && isOpen(now) && now.child?.call === child.call) continue;
    const isAnswered = events.some((event) => event.kind === "child_ended" && event.call === child.call);
    if (isAnswered === isCalledOff(child.call))
      return "a child that nobody waits for any more has ended, or is called off";
  }
  const offered = change?.offers === undefined ? offersOf(before) : asText(change.offers);
  return offered === offersOf(after) ? undefined : "what is offered is what may be taken, and from when on";
}

/** People asked for a new key since the child was called last, and this call does not say so. Another child than before has called nobody. */
function isNewKeyUntold(before: Job, after: Job, { job, newKey, parent }: StartJob): boolean {
  const called = (task: TaskExecution): boolean => task.path === parent?.path && task.iteration === parent.iteration;
  const [was, now] = [before.tasks.find(called), after.tasks.find(called)];
  if (newKey === true || now?.child?.id !== job || now.generation !== was?.generation || after.run !== before.run)
    return false;
  return was?.newKey === true || (now.keys ?? 0) > (was?.keys ?? 0);
}

/** Of a call in `trees.ts`, at most. */
const mostInput = 320;

function offersOf({ tasks, status }: Job): string {
  if (status === "paused" || isFinal(status)) return "";
  const open = tasks.flatMap(({ status: stands, external }) =>
    external !== undefined && stands === "awaiting" ? [external.lease?.until ?? external.availableAt] : [],
  );
  return open.length === 0 ? "" : asText([{ queue: "queue", at: Math.min(...open) }]);
}

function asText(offers: readonly Offer[]): string {
  return offers.map(({ queue, at }) => `${queue}@${at}`).join();
}

function hasId(effects: readonly Effect[], wanted: number): boolean {
  return effects.some(({ id }) => id === wanted);
}
