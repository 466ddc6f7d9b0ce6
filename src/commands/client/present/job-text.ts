import type { Job, JobSummary } from "../../../client/workflows.ts";
import { formatDuration } from "../../../config/values/duration.ts";
import { colouredState, colours, printable, table } from "../../terminal.ts";

/** A job in a few lines: what it is, how it stands, its tasks. */
export function jobText(job: Job): string {
  const head = `${colours.bold(printable(job.workflowName))} version ${job.version}  ${job.id}  ${colouredState(job.state)}${undoing(job)}${waits(job)}${took(job)}`;
  const error = job.error === undefined ? [] : [colours.red(printable(`${job.error.code}: ${job.error.message}`))];
  if (job.damage !== undefined) error.push(colours.red(printable(`The store has lost a part of it: ${job.damage}`)));
  if (job.tasks.length === 0) return [head, ...error].join("\n");
  const rows = job.tasks.map((task) => [
    task.name,
    task.type,
    task.state,
    String(task.attempt),
    task.due_time ?? "",
    task.error === undefined ? "" : `${task.error.code}: ${task.error.message}`,
  ]);
  return [head, ...error, "", table(["TASK", "TYPE", "STATE", "ATTEMPT", "DUE", "ERROR"], rows)].join("\n");
}

export function durationOf(job: JobSummary): string {
  if (job.finish_time === undefined) return "";
  return shortDuration(Date.parse(job.finish_time) - Date.parse(job.insert_time));
}

/** Milliseconds under a second, tenths of seconds under a minute, then whole seconds. */
export function shortDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)}ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)}s`;
  const seconds = Math.round(durationMs / 1000);
  return formatDuration(Math.floor(seconds / 60) * 60_000) + (seconds % 60 === 0 ? "" : `${seconds % 60}s`);
}

function undoing({ ending }: Job): string {
  return ending === undefined ? "" : `, undoes what it did, then ${ending}`;
}

function waits({ waiting, state }: Job): string {
  return waiting === undefined || waiting === state ? "" : `, waits for ${waiting}`;
}

function took(job: JobSummary): string {
  const duration = durationOf(job);
  return duration === "" ? "" : ` after ${duration}`;
}
