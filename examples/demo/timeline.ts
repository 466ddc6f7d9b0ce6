import { styleText } from "node:util";
import type { Job, Transition } from "./jobs.ts";

/** The history of a job as people read it: times since its start, one line a transition. */
export function timeline(job: Job, history: readonly Transition[]): string {
  const startedAt = Date.parse(history[0]?.time ?? "");
  const endedAt = Date.parse(history.at(-1)?.time ?? "");
  const mark = job.status === "done" ? styleText("green", "done") : styleText("red", job.status);
  const title = `${styleText("bold", job.workflowName)} ${mark} in ${span(endedAt - startedAt)} ${styleText("dim", job.id)}`;
  const lines = history.map((entry) => {
    const at = `+${((Date.parse(entry.time) - startedAt) / 1000).toFixed(3)} s`;
    return `  ${styleText("dim", at.padStart(10))}  ${sentence(entry)}`;
  });
  return [title, ...lines].join("\n");
}

function sentence(entry: Transition): string {
  const { type, task = "", attempt, durationMs, error } = entry;
  const took = durationMs === undefined ? "" : ` after ${span(durationMs)}`;
  const which = `${task.padEnd(24)} attempt ${attempt ?? 1}`;
  switch (type) {
    case "task_scheduled":
      return styleText("dim", `${which} scheduled`);
    case "task_completed":
      return `${which} ${styleText("green", "completed")}${took}`;
    case "attempt_failed": {
      const waits = entry.due_time === undefined ? 0 : Date.parse(entry.due_time) - Date.parse(entry.time);
      return `${which} ${styleText("yellow", "failed")}${took}: ${error?.message ?? "?"}; again in ${span(waits)}`;
    }
    case "worker_lost":
      return styleText("yellow", "worker lost: its process died; what it ran is run again");
    default: {
      const about = task === "" ? "" : `${task} `;
      return `${about}${type.replaceAll("_", " ")}${error === undefined ? "" : `: ${error.message}`}`;
    }
  }
}

/** A duration with the unit that suits it. */
export function span(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
