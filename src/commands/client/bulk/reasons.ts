import type { BulkResult } from "../../../client/workflows.ts";

/** Of each reason so many ids are named. */
const named = 3;

/** So many reasons are told: some name what is theirs alone, so that each job may have its own. */
const mostReasons = 10;

interface Reason {
  readonly code: string;
  readonly error: string;
  readonly jobs: string[];
  count: number;
}

/** Why jobs did not allow what was asked. */
export class Reasons {
  readonly #reasons = new Map<string, Reason>();
  #unnamed = 0;

  add({ refused, refusals }: BulkResult): void {
    this.#unnamed += refused - refusals.length;
    for (const { id, code, error } of refusals) {
      const reason = this.#reasons.get(error) ?? { code, error, jobs: [], count: 0 };
      this.#reasons.set(error, reason);
      reason.count += 1;
      if (reason.jobs.length < named) reason.jobs.push(id);
    }
  }

  all(): Reason[] {
    return [...this.#reasons.values()].toSorted((a, b) => b.count - a.count);
  }

  /** A line for each reason, that of most jobs first. */
  lines(): string[] {
    const all = this.all();
    const rest = all.slice(mostReasons).reduce((sum, { count }) => sum + count, this.#unnamed);
    const lines = all.slice(0, mostReasons).map(({ error, jobs, count }) => {
      return `  ${count}: ${error}: ${jobs.join(", ")}${count > jobs.length ? ", ..." : ""}`;
    });
    return rest === 0 ? lines : [...lines, `  ${rest} more, for these reasons or others`];
  }
}
