import { newJobId } from "../../src/model/ids.ts";
import { isFinal, type JobStatus, never } from "../../src/model/job/job.ts";
import { errorLabel, inputLabel, type Label, targetLabel } from "../../src/model/search/labels.ts";
import type { WaitingReason } from "../../src/model/search/waiting.ts";
import type { NewJob, Store } from "../../src/store/store.ts";
import { pendingJob } from "../../test/support/jobs.ts";

/** Over how long the jobs were started. */
export const spanMs = 30 * 86_400_000;

const membersAtOnce = 500;
const insertsAtOnce = 4;

/** Of 1,000 jobs. */
const statuses: readonly (readonly [JobStatus, number])[] = [
  ["completed", 900],
  ["failed", 50],
  ["timed_out", 10],
  ["terminated", 10],
  ["pending", 15],
  ["running", 10],
  ["paused", 5],
];

const reasons: readonly WaitingReason[] = ["worker", "start", "retry", "time", "event", "job", "external"];

/** A workflow that few jobs are of, a version that few have, a code by which few failed. */
export const rare = { workflow: "rarely", version: 3, code: "out_of_paper" };

/** Stores jobs of a month in every state, of ten workflows, through the store's own `insert`, the oldest first. */
export async function fill(
  store: Store,
  { jobs, nowMs }: { readonly jobs: number; readonly nowMs: number },
  tell: (stored: number) => void,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs) {
      const from = next;
      next = Math.min(jobs, from + membersAtOnce);
      const members = Array.from({ length: next - from }, (_, index) => {
        const createdAt = nowMs - spanMs + Math.floor(((from + index) / jobs) * spanMs);
        return manyJob(from + index, createdAt, nowMs);
      });
      const refused = (await store.jobs.insert(members)).find(({ kind }) => kind !== "inserted");
      if (refused !== undefined) throw new Error(`Not inserted: ${JSON.stringify(refused)}`);
      tell(next);
    }
  };
  await Promise.all(Array.from({ length: insertsAtOnce }, lane));
}

function manyJob(number: number, createdAt: number, nowMs: number): NewJob {
  const chance = scattered(number);
  const status = statusOf(chance % 1000);
  const isRare = number % 20_000 === 7;
  const { job, history } = pendingJob("", {
    id: newJobId(createdAt),
    workflow: {
      name: isRare ? rare.workflow : workflowOf(chance),
      version: isRare ? rare.version : 1 + (chance % 2),
      digest: "d".repeat(64),
    },
    status,
    input: { n: number },
    createdAt,
    labels: labelsOf(number, chance, status),
  });
  if (!isFinal(status)) return { job: { ...job, ...waitOf(status, chance, nowMs) }, history };
  const { readyAt: _readyAt, ...ended } = job;
  const lastedMs = 20 + (chance % 600_000); // so that the order of ends is another than that of starts
  return { job: { ...ended, startedAt: createdAt + 1, finishedAt: createdAt + lastedMs }, history };
}

/** Two thirds of the jobs are of one workflow. */
function workflowOf(chance: number): string {
  return `workflow-${chance % 3 === 0 ? chance % 10 : 0}`;
}

function statusOf(chance: number): JobStatus {
  let below = 0;
  for (const [status, share] of statuses) {
    below += share;
    if (chance < below) return status;
  }
  return "completed";
}

function waitOf(status: JobStatus, chance: number, nowMs: number): { waiting: WaitingReason; readyAt: number } {
  if (status === "paused") return { waiting: "paused", readyAt: never };
  const waiting = reasons[chance % reasons.length] ?? "worker";
  const isOpen = waiting === "event" || waiting === "job" || waiting === "external";
  return { waiting, readyAt: isOpen ? never : nowMs + (chance % 2 === 0 ? -1000 : 86_400_000) };
}

function labelsOf(number: number, chance: number, status: JobStatus): Label[] {
  const tenant = inputLabel("tenant", `t${chance % 5000}`);
  return [
    targetLabel(`http://service-${chance % 4}.example`),
    ...(tenant === undefined ? [] : [tenant]),
    ...(status === "failed" ? [errorLabel("http_status")] : []),
    ...(number % 20_000 === 11 ? [errorLabel(rare.code)] : []),
  ];
}

/** The same for the same number, and in no order. */
function scattered(number: number): number {
  return Math.imul(number + 1, 2_654_435_761) >>> 8;
}
