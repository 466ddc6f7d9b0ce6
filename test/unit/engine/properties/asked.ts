import type { Event } from "../../../../src/model/decision/event.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Asked, Step } from "./arbitraries.ts";

/** What people ask of the job as a whole, and what nobody has to ask. */
export function asked(what: Asked): Event {
  switch (what) {
    case "timer_due":
    case "start":
      return { kind: what };
    case "cancel without undo":
      return { kind: "cancel", by: "ada", undo: false };
    case "retry with new keys":
      return { kind: "retry", by: "ada", newKey: true };
    default:
      return { kind: what, by: "ada" };
  }
}

/** Its parent calls it once more; calls come late, and more than once. */
export function calledAgain({ call, afterMs, newKey }: Extract<Step, { kind: "call" }>, nowMs: number): Event {
  const later = afterMs > 0 && { dueAt: nowMs + afterMs };
  return { kind: "called", call, by: "ada", ...later, ...(newKey && { newKey }) };
}

/** What people ask of one of its tasks, mostly of one that has something to it. */
export function askedForTask(
  { what, task: pick, newKey }: Extract<Step, { kind: "ask_for_task" }>,
  { tasks }: Job,
): Event[] {
  const undone = tasks.filter(({ status }) => status !== "completed");
  const candidates = undone.length > 0 ? undone : tasks;
  const found = candidates[pick % Math.max(1, candidates.length)];
  if (found === undefined) return [];
  const task = { path: found.path, iteration: found.iteration };
  if (what === "skip") return [{ kind: "skip", by: "ada", task }];
  return [{ kind: "retry", by: "ada", task, ...(newKey && { newKey }) }];
}

export function signal(event: string, id: string): Event {
  return { kind: "signal", event, data: id, id, by: "ada" };
}
