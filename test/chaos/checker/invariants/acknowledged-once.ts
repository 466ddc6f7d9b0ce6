import type { Evidence, FinalJob, Violation } from "../evidence.ts";

/** I1: every acknowledged start is exactly one job, and no job is there that nobody started. */
export function* acknowledgedOnce({ starts, jobs: all }: Evidence): Generator<Violation> {
  const jobs = all.filter(({ parent }) => parent === undefined);
  const byMarker = Map.groupBy(jobs, (job) => job.marker);
  const started = new Set(starts.map((start) => start.marker));
  for (const { marker, idempotencyKey, acknowledged } of starts) {
    const stored = byMarker.get(marker) ?? [];
    const start = `start ${marker} (key ${idempotencyKey})`;
    const ids = [...new Set(acknowledged)];
    const violation = problem(ids, stored);
    if (violation !== undefined) yield { invariant: "I1", message: `${start} ${violation}` };
  }
  for (const job of jobs)
    if (!started.has(job.marker))
      yield { invariant: "I1", message: `job ${job.id} with marker ${job.marker} was never started` };
}

function problem(ids: readonly string[], stored: readonly FinalJob[]): string | undefined {
  const found = stored.map((job) => job.id);
  if (stored.length > 1) return `became ${stored.length} jobs: ${found.join(", ")}`;
  if (ids.length > 1) return `was acknowledged under different ids: ${ids.join(", ")}`;
  const [id] = ids;
  if (id === undefined || found[0] === id) return undefined;
  return found.length === 0
    ? `was acknowledged as ${id}, and there is no such job`
    : `was acknowledged as ${id}, stored as ${found[0]}`;
}
