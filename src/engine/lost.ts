import type { Decision } from "../model/decision/decision.ts";
import type { LeaseLost } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import type { Failure } from "../model/job/failure.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { placesOf } from "../model/tree/places.ts";
import type { Workflow } from "../model/workflow.ts";
import { aboutTask } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { end, nextStep } from "./next-step.ts";
import { mayLive } from "./processes/unknown.ts";

/**
 * A worker died with this job, or gave it up when the store failed (not counted then): repeated losses end it, and so does one
 * in the middle of a task that may run at most once.
 */
export function lost(model: Workflow, job: Job, event: LeaseLost, moment: Moment): Decision {
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  const tasks = interruptedTasks(model, job, event, moment);
  const counted = job.lostRecorded < event.lost;
  if (job.lost !== event.lost || (!counted && tasks.length === 0)) return ignored("applied_before");
  const entry: HistoryEntry = { at: moment.nowMs, type: "worker_lost", run: job.run, fence: event.fence - 1 };
  const failures = tasks.filter((task) => task.status === "failed").map((task) => taskFailed(job, task, moment));
  const step = { tasks, history: [entry, ...failures], lostRecorded: event.lost };
  if (!counted || job.lost < moment.limits.maxLost) return nextStep(model, job, step, moment);
  return end(model, job, step, moment, "failed", {
    code: "worker_lost",
    message: `${job.lost} workers in a row were lost while they held this job (max_lost)`,
  });
}

/**
 * Tasks whose call had begun under an earlier lease: failed where it may be made at most once, or where processes of it may live
 * still, else due again. Others are due as they were.
 */
function interruptedTasks(model: Workflow, job: Job, event: LeaseLost, moment: Moment): TaskExecution[] {
  const isRepeated = (path: string): boolean => {
    const node = placesOf(model.root).get(path)?.node;
    return node?.kind === "task" && node.whenLost === "retry";
  };
  return job.tasks
    .filter((task) => task.status === "started" && (task.startedUnder ?? 0) < event.fence)
    .map(({ startedUnder: _startedUnder, ...task }) =>
      isRepeated(task.path) && task.processGroups === undefined
        ? { ...task, status: "scheduled", readyAt: moment.nowMs }
        : { ...task, status: "failed", error: failureOf(task), finishedAt: moment.nowMs },
    );
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
