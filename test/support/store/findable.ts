import { isFinal, type Job, jobStatuses, never, visibleStatus } from "../../../src/model/job/job.ts";
import { errorLabel, inputLabel, targetLabel } from "../../../src/model/search/labels.ts";
import { waitingNow, waitingReasons } from "../../../src/model/search/waiting.ts";
import type { JobFilter, JobQuery, TimeRange } from "../../../src/store/search.ts";
import type { NewJob } from "../../../src/store/store.ts";
import { jobIdOf, pendingJob, testTime } from "../jobs.ts";

/** When the filters are tried. */
export const nowMs = testTime + 1000;
const other = "f".repeat(24);

/** Jobs of every status, waiting reason and two workflows, several in the same millisecond, with up to three labels. */
export function manyJobs(): NewJob[] {
  return Array.from({ length: 240 }, (_, index) => {
    const status = jobStatuses[index % jobStatuses.length] ?? "pending";
    const createdAt = testTime + Math.floor(index / 5) * 20;
    const startedAt = index % 4 === 0 ? undefined : createdAt + (index % 50);
    const { job, history } = pendingJob(`job ${index}`, {
      status,
      createdAt,
      workflow: {
        name: index % 3 === 0 ? "greet" : "part",
        version: 1 + (index % 2),
        digest: "d".repeat(64),
      },
      ...(startedAt !== undefined && { startedAt }),
      ...labelsOf(index),
    });
    const { readyAt: _readyAt, ...rest } = job;
    if (isFinal(status)) return { job: { ...rest, finishedAt: createdAt + 1000 - (index % 7) * 100 }, history };
    const waiting = status === "paused" ? "paused" : waitingReasons[index % waitingReasons.length];
    const readyAt = waiting === "paused" || waiting === "event" ? never : createdAt + (index % 2) * 2000;
    const lease = { fence: 1, lease: { worker: "w1", fence: 1 } };
    return {
      job: { ...rest, readyAt, ...(waiting !== undefined && { waiting }), ...(index % 11 === 0 && lease) },
      history,
    };
  });
}

function labelsOf(index: number): Pick<Job, "labels"> {
  const labels = [
    ...(index % 2 === 0 ? [targetLabel("http://a.example")] : []),
    ...(index % 5 === 0 ? [errorLabel("http_status")] : []),
    ...(index % 60 === 0 ? [inputLabel("tenant", "søren") ?? ""] : []),
  ];
  return labels.length === 0 ? {} : { labels };
}

function isWithin(range: TimeRange | undefined, time: number | undefined): boolean {
  if (range === undefined) return true;
  return time !== undefined && time >= (range.from ?? 0) && time < (range.to ?? Number.POSITIVE_INFINITY);
}

/** What the filter asks for, said as plainly as can be. */
export function isAskedFor(job: Job, filter: JobFilter): boolean {
  const { status, workflow, version, labels, waiting, idPrefix = "", ids, created, started, finished } = filter;
  const reason = waitingNow(job, nowMs);
  return (
    (status === undefined || status.includes(visibleStatus(job))) &&
    (workflow === undefined || job.workflow.name === workflow) &&
    (version === undefined || job.workflow.version === version) &&
    (labels === undefined || labels.every((label) => job.labels?.includes(label) === true)) &&
    (waiting === undefined || (reason !== undefined && waiting.includes(reason))) &&
    job.id.startsWith(idPrefix) &&
    (ids === undefined || ids.includes(job.id)) &&
    isWithin(created, job.createdAt) &&
    isWithin(started, job.startedAt) &&
    isWithin(finished, job.finishedAt)
  );
}

/** What every page together has to show. */
export function expected(jobs: readonly Job[], query: Omit<JobQuery, "limit">): string[] {
  const { by = "created", order = "newest", idPrefix } = query;
  const at = (job: Job): number => {
    if (idPrefix !== undefined) return 0;
    return by === "finished" ? (job.finishedAt ?? 0) : job.createdAt;
  };
  const oldestFirst = jobs
    .filter((job) => isAskedFor(job, query) && (by !== "finished" || job.finishedAt !== undefined))
    .toSorted((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  return order === "oldest" ? oldestFirst : oldestFirst.toReversed();
}

const target = targetLabel("http://a.example");
const tenant = inputLabel("tenant", "søren") ?? "";
const half = testTime + 480;

/** Every condition, alone and with others. */
export const filters: Record<string, JobFilter> = {
  everything: {},
  "a status": { status: ["failed"] },
  "some statuses of a workflow": { workflow: "part", status: ["running", "completed", "running"] },
  "no status": { status: [] },
  "a version": { version: 2 },
  "a version of a workflow": { workflow: "greet", version: 1 },
  "an unknown workflow": { workflow: "nobody's" },
  "a label": { labels: [target] },
  "a rare label": { labels: [tenant] },
  "several labels": { labels: [target, errorLabel("http_status")] },
  "a label that nobody has": { labels: [errorLabel("none")] },
  "a label, a workflow and a status": { labels: [target], workflow: "part", status: ["failed", "timed_out"] },
  "a label and a range": { labels: [target], created: { from: testTime + 200, to: half } },
  ...Object.fromEntries(waitingReasons.map((reason) => [`waiting: ${reason}`, { waiting: [reason] }])),
  "some reasons": { waiting: ["worker", "retry", "event"] },
  "no reason": { waiting: [] },
  "a reason, a workflow and a label": { waiting: ["worker"], workflow: "part", labels: [target] },
  "a prefix": { idPrefix: "a" },
  "a prefix of one job": { idPrefix: jobIdOf("job 3").slice(0, 10) },
  "a whole id": { idPrefix: jobIdOf("job 4") },
  "a prefix of a workflow": { idPrefix: "3", workflow: "part" },
  "an id": { ids: [jobIdOf("job 9")] },
  "some ids, one of them unknown": { ids: [other, ...["job 9", "job 1", "job 30", "job 1"].map(jobIdOf)] },
  "some ids of a status": { ids: [1, 2, 3, 4, 5, 9, 16].map((n) => jobIdOf(`job ${n}`)), status: ["running"] },
  "no id": { ids: [] },
  "created since": { created: { from: half } },
  "created until": { created: { to: half } },
  "created within, of a status": { created: { from: testTime + 100, to: half }, status: ["completed", "pending"] },
  "started within": { started: { from: testTime + 300, to: half } },
  "finished within": { finished: { from: testTime + 700, to: testTime + 1300 } },
  "finished since, of a workflow": { finished: { from: testTime + 1300 }, workflow: "greet" },
  "started at all": { started: {} },
  "finished at all": { finished: {} },
  "a job that waits, and has ended": { waiting: ["worker", "paused"], finished: {} },
  "no bounds": { created: {} },
  "an empty range": { created: { from: half, to: half } },
};
