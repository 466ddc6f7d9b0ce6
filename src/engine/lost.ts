import type { Decision } from "../model/decision/decision.ts";
import type { LeaseLost } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import type { LostBy } from "../model/job/extras.ts";
import type { Failure } from "../model/job/failure.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import { hasUntoldLoss, uncountedLoss } from "../model/job/losses.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { placesOf } from "../model/tree/places.ts";
import type { Workflow } from "../model/workflow.ts";
import { aboutTask } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { mayLive } from "./processes/unknown.ts";
import { end, nextStep } from "./step/next-step.ts";

/**
 * A worker died with this job, or gave it up when the store failed (not counted then): repeated losses end it, and so does one
 * in the middle of a task that may run at most once.
 */
export function lost(model: Workflow, job: Job, event: LeaseLost, moment: Moment): Decision {
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  const tasks = interruptedTasks(model, job, event, moment);
  const counted = job.lostRecorded < event.lost;
  const uncounted = uncountedLoss(job);
  if (job.lost !== event.lost || (!counted && uncounted === undefined && tasks.length === 0))
    return ignored("applied_before");
  const holder = counted && job.lostBy?.lost === event.lost ? job.lostBy : uncounted;
  const entry = lossEntry(job, event.fence, moment.nowMs, holder);
  const failures = tasks.filter((task) => task.status === "failed").map((task) => taskFailed(job, task, moment));
  const told = uncounted && { extras: { lostBy: { ...uncounted, told: true } as const } };
  const step = { tasks, history: [entry, ...failures], lostRecorded: event.lost, ...told };
  if (!counted || job.lost < moment.limits.maxLost) return nextStep(model, job, step, moment);
  const message = `${job.lost} workers in a row were lost while they held this job (max_lost)`;
  return end(model, job, step, moment, { status: "failed", error: { code: "worker_lost", message } });
}

/** The loss of which the history does not tell yet, because no worker has begun with the job since: as it would be told now. Undefined where there is none, or nothing is known of it. */
export function untoldLoss(job: Job): HistoryEntry | undefined {
  const { lostBy, lease, fence } = job;
  if (lostBy === undefined || lostBy.lost !== job.lost || !hasUntoldLoss(job)) return undefined;
  return lossEntry(job, lease === undefined ? fence + 1 : fence, lostBy.at, lostBy);
}

/** `fence`: of the first claim after the loss. */
function lossEntry(job: Job, fence: number, at: number, holder: LostBy | undefined): HistoryEntry {
  return {
    at,
    type: "worker_lost",
    run: job.run,
    fence: fence - 1,
    ...(holder !== undefined && { worker: holder.worker, lostAt: holder.at }),
    ...mayHaveRun(job, fence, holder?.at ?? at),
  };
}

/** Of the attempts that were due when the worker was lost: of a thousand branches nobody reads all. */
const openTold = 100;

/** What the worker may have been doing: nothing is written when a call begins. */
function mayHaveRun(job: Job, fence: number, lostAt: number): Pick<HistoryEntry, "open" | "moreOpen"> {
  const open = job.tasks.filter((task) =>
    task.status === "started"
      ? (task.startedUnder ?? 0) < fence
      : task.status === "scheduled" && (task.readyAt ?? 0) <= lostAt,
  );
  if (open.length === 0) return {};
  const named = open.slice(0, openTold).map(({ path, iteration, attempt }) => {
    return { path, ...(iteration > 0 && { iteration }), attempt };
  });
  return { open: named, ...(open.length > openTold && { moreOpen: open.length - openTold }) };
}

/**
 * Tasks whose call had begun under an earlier lease: failed where it may be made at most once, or where processes of it may live
 * still, else due again. Others are due as they were.
 */
function interruptedTasks(model: Workflow, job: Job, event: LeaseLost, moment: Moment): TaskExecution[] {
  return job.tasks
    .filter((task) => task.status === "started" && (task.startedUnder ?? 0) < event.fence)
    .map(({ startedUnder: _startedUnder, ...task }) =>
      isMadeAgain(model, task)
        ? { ...task, status: "scheduled", readyAt: moment.nowMs }
        : { ...task, status: "failed", error: failureOf(task), finishedAt: moment.nowMs },
    );
}

/** Whether an attempt that was noted as begun is made again when its worker was lost; else its task fails. */
export function isMadeAgain(model: Workflow, { path, processGroups }: Omit<TaskExecution, "startedUnder">): boolean {
  const node = placesOf(model.root).get(path)?.node;
  return node?.kind === "task" && node.whenLost === "retry" && processGroups === undefined;
}

const atMostOnce: Failure = {
  code: "worker_lost",
  message: "The worker was lost while the task ran, and the task may run at most once",
};

function failureOf({ processGroups }: TaskExecution): Failure {
  return processGroups === undefined ? atMostOnce : mayLive;
}

function taskFailed(job: Job, task: TaskExecution, moment: Moment): HistoryEntry {
  return { at: moment.nowMs, type: "task_failed", run: job.run, ...aboutTask(task), error: task.error ?? atMostOnce };
}
