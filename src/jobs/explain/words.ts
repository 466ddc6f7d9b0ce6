import type { Failure } from "../../model/job/failure.ts";

/** RFC 3339 in UTC, as everywhere in the API. */
export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Two units at most: `350 ms`, `1.5 s`, `2 min 5 s`, `3 h`, `4 d 2 h`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (durationMs < 60_000) return `${Number((durationMs / 1000).toFixed(1))} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return joined(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return joined(Math.floor(hours / 24), "d", hours % 24, "h");
}

function joined(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** When something will be, for people. */
export function untilText(atMs: number, nowMs: number): string {
  return atMs > nowMs ? `${timeText(atMs)} (in ${durationText(atMs - nowMs)})` : timeText(atMs);
}

/** `3 tasks`, `1 task`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function failureText({ code, message }: Failure): string {
  return `${message} (${code})`;
}

/** Who asked, and why. */
export function askedText({ by, reason }: { readonly by?: string; readonly reason?: string }): string {
  return `${by ?? "somebody"}${reason === undefined || reason === "" ? "" : ` (${reason})`}`;
}

/** A task's name, in quotes; within a loop or a list with its turn. */
export function nameText({ name, iteration }: { readonly name: string; readonly iteration: number }): string {
  return `${JSON.stringify(name)}${iteration > 0 ? ` (iteration ${iteration})` : ""}`;
}
