import type { JobFilter, TimeRange } from "./search.ts";

/** Clocks of processes differ: what one wrote after another may carry a time that is earlier by so much, in ms. */
const skewMs = 60_000;

/** When jobs were created that fit: before they started, and before they ended. */
export function createdWithin({ created, started, finished }: JobFilter): TimeRange {
  const to = earliest(created?.to, later(started?.to, skewMs), later(finished?.to, skewMs));
  return { ...(created?.from !== undefined && { from: created.from }), ...(to !== undefined && { to }) };
}

/** When jobs ended that fit: after they were created, and after they started. */
export function finishedWithin({ created, started, finished }: JobFilter): TimeRange {
  const from = latest(finished?.from, later(created?.from, -skewMs), later(started?.from, -skewMs));
  return { ...(from !== undefined && { from }), ...(finished?.to !== undefined && { to: finished.to }) };
}

function later(time: number | undefined, byMs: number): number | undefined {
  return time === undefined ? undefined : time + byMs;
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function latest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
