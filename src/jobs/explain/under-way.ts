import { callAsWritten, timeOutAsWritten } from "../../model/told/call-as-written.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { TaskNode } from "../../model/workflow.ts";
import type { ExplainedTask } from "./explanation.ts";
import type { Facts } from "./facts.ts";
import { durationText, nameText, timeText, untilText } from "./words.ts";

/**
 * Of a task that the job's worker is at: whom it calls, since when, and what ends that. A call that hangs leaves no other trace. Undefined where that is
 * no worker's task, or nothing is known of the definition.
 */
export function underWayText({ model, nowMs }: Facts, task: ExplainedTask): string | undefined {
  const node = model === undefined ? undefined : placesOf(model.root).get(task.path)?.node;
  const { startedAt, dueAt } = task.attempts.at(-1) ?? {};
  const since = startedAt ?? dueAt;
  if (node?.kind !== "task" || since === undefined) return undefined;
  const call = callAsWritten(node);
  const what = `${nameText(task)}${call === undefined ? "" : ` (${call})`}`;
  const begun =
    startedAt === undefined
      ? `may be under way since ${timeText(since)}, when it was due: nothing is written when a call begins`
      : `is under way since ${timeText(since)}`;
  return `${what} ${begun}${endText(node, since, nowMs)}`;
}

/** One that began later than it was due is ended later: then its end cannot be told. */
function endText(node: TaskNode, since: number, nowMs: number): string {
  const timeOut = timeOutAsWritten(node);
  if (timeOut === undefined) return "";
  const endAt = since + timeOut.ms;
  const when = endAt > nowMs ? `, at ${untilText(endAt, nowMs)} at the earliest` : "";
  return `; after ${durationText(timeOut.ms)} its time-out (${timeOut.field}) ends it${when}`;
}
