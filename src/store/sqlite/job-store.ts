import type { JobId } from "../../model/ids.ts";
import { JobTooNew } from "../../model/job/format.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type {
  AssignedAsk,
  ClaimAnswer,
  ClaimAsk,
  CommitAnswer,
  InsertAnswer,
  JobStore,
  ReleasedJob,
} from "../store.ts";
import { commitRow, insertRow, jobOf } from "./job-columns.ts";
import type { CommitResult, InsertResult } from "./protocol.ts";
import type { ReadQueue } from "./read-queue.ts";
import type { WriteQueue } from "./write-queue.ts";
import { writeRows } from "./write-rows.ts";

const mostClaimed = 1000;

export function jobStore(writes: WriteQueue, reads: ReadQueue): JobStore {
  return {
    insert: async (jobs) => (await writeRows(writes, "insert", jobs, insertRow)).map(insertAnswer),
    commit: async (commits) => (await writeRows(writes, "commit", commits, commitRow)).map(commitAnswer),
    claim: (ask) => claim(writes, ask),
    assigned: async (ask: AssignedAsk): Promise<Job[]> => (await reads.submit("assigned", ask)).map(jobOf),
    async release(worker: string, jobs: readonly ReleasedJob[]): Promise<void> {
      if (jobs.length > 0) await writes.write("release", { worker, jobs });
    },
    async get(id: JobId): Promise<Job | undefined> {
      const stored = await reads.submit("job", id);
      return stored === null ? undefined : jobOf(stored);
    },
    async history(id: JobId): Promise<HistoryEntry[] | undefined> {
      const rows = await reads.submit("history", { id, from: 0, limit: -1 });
      return rows?.flatMap((entries) => JSON.parse(entries) as HistoryEntry[]);
    },
    overdue: async (nowMs: number, limit: number): Promise<JobId[]> => [
      ...(await reads.submit("overdue", { nowMs, limit })),
    ],
    offered: async (queue: string, nowMs: number, limit: number): Promise<JobId[]> => [
      ...(await reads.submit("offered", { queue, nowMs, limit })),
    ],
    owing: async (beforeMs: number, limit: number): Promise<JobId[]> => [
      ...(await reads.submit("owing", { beforeMs, limit })),
    ],
  };
}

function insertAnswer(result: InsertResult): InsertAnswer {
  if ("leased" in result) return { kind: "inserted", leased: result.leased };
  if ("exists" in result) return { kind: "exists", bodyDigest: result.exists ?? undefined };
  return { kind: "refused", reason: result.refused };
}

function commitAnswer(result: CommitResult): CommitAnswer {
  if (typeof result === "number") return { kind: "committed", version: result };
  if (result === "gone") return { kind: "gone" };
  if ("refused" in result) return { kind: "refused", reason: result.refused };
  try {
    return { kind: "conflict", current: jobOf(result) };
  } catch (error) {
    if (error instanceof JobTooNew) return { kind: "too_new", error };
    throw error;
  }
}

async function claim(writes: WriteQueue, ask: ClaimAsk): Promise<ClaimAnswer> {
  const limit = within(ask.limit, mostClaimed);
  const result = await writes.write("claim", { ...ask, limit });
  if (result === "expired") return { kind: "expired" };
  return { ...result, kind: "claimed", jobs: result.jobs.map(jobOf) };
}

function within(limit: number, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(limit)));
}
