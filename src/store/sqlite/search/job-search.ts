import { WorkflowsError } from "../../../model/errors.ts";
import type { HistoryEntry } from "../../../model/job/history.ts";
import { knownCounts } from "../../known-values.ts";
import type { ChangedAsk, ChangedJobs, ChangeMark, JobCount, JobPage, JobQuery, JobSearch } from "../../search.ts";
import { summaryOf } from "../job-columns.ts";
import type { CountColumns, Mark } from "../protocol.ts";
import type { ReadQueue } from "../read-queue.ts";
import { labelsOf } from "../statements/job/labels.ts";

const longestPage = 200;
const mostChanged = 1000;

export function jobSearch(reads: ReadQueue): JobSearch {
  return {
    find: (query) => find(reads, query),
    counts: async (ask) => ({ counts: countsOf(await reads.submit("counts", ask)) }),
    changed: (ask) => changed(reads, ask),
    versions: async (ids) => new Map(await reads.submit("versions", ids)),
    async steps(id, from, limit) {
      const rows = await reads.submit("history", { id, from: Math.max(0, from), limit });
      return rows?.map((entries) => JSON.parse(entries) as HistoryEntry[]);
    },
  };
}

async function find(reads: ReadQueue, query: JobQuery): Promise<JobPage> {
  const nowMs = query.nowMs ?? Date.now();
  const { rows, next } = await reads.submit("find", { ...query, nowMs, limit: within(query.limit, longestPage) });
  return { jobs: rows.flatMap((row) => summaryOf(row) ?? []), ...(next !== null && { next }) };
}

function countsOf(rows: readonly CountColumns[]): JobCount[] {
  return knownCounts(rows.map(([workflow, status, waiting, jobs]) => ({ workflow, status, waiting, jobs })));
}

async function changed(reads: ReadQueue, { since, limit }: ChangedAsk): Promise<ChangedJobs> {
  const from = since === undefined ? null : markOf(since);
  const most = within(limit, mostChanged);
  const { rows, mark } = await reads.submit("changed", { since: from, limit: most });
  const jobs = rows.flatMap(([batch, seq, ...columns]) => {
    const job = summaryOf(columns);
    return job === undefined ? [] : [{ job, labels: labelsOf(columns[20]), mark: textOf([batch, seq]) }];
  });
  return { jobs, ...(rows.length >= most && { more: true }), mark: textOf(mark) };
}

/** Two numbers, or the first of them alone. */
function textOf([batch, seq]: Mark): ChangeMark {
  return seq === null ? `${batch}` : `${batch}.${seq}`;
}

function markOf(text: ChangeMark): Mark {
  const [, batch, seq] = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text) ?? [];
  if (batch === undefined)
    throw new WorkflowsError("invalid_request", `This is no mark of this store: ${text.slice(0, 64)}`);
  return [Number(batch), seq === undefined ? null : Number(seq)];
}

function within(limit: number, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(limit)));
}
