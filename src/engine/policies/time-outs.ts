import type { Decision } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { taskDeadline } from "../../model/job/deadlines.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { type TaskNode, tasksOf, type Workflow } from "../../model/workflow.ts";
import { aboutTask } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { finish, nextStep } from "../next-step.ts";

/** Time may be over for the job, or for tasks of it whatever they are doing. */
export function timerDue(model: Workflow, job: Job, moment: Moment): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (job.deadlineAt !== undefined && moment.nowMs >= job.deadlineAt)
    return finish(job, { tasks: [], history: [] }, moment, "timed_out", {
      code: "timed_out",
      message: "The job reached its overall time-out",
    });
  const nodes = new Map([...tasksOf(model.root)].map((node) => [node.path, node]));
  const overdue = job.tasks.filter(
    (task) => isOpen(task) && moment.nowMs >= (taskDeadline(nodes, task) ?? Number.POSITIVE_INFINITY),
  );
  if (overdue.length === 0) return ignored("not_due");
  const tasks = overdue.map(({ readyAt: _readyAt, startedUnder: _startedUnder, ...task }): TaskExecution => {
    return { ...task, status: "failed", error: noTimeLeft(task.error), finishedAt: moment.nowMs };
  });
  const history = tasks.map(
    (task) =>
      ({
        at: moment.nowMs,
        type: "task_failed",
        run: job.run,
        ...aboutTask(task),
        ...(task.error !== undefined && { error: task.error }),
      }) as const,
  );
  return nextStep(model, job, { tasks, history }, moment);
}

/** Whether an attempt that is due at `readyAt` would come too late. */
export function isTooLate(node: TaskNode, task: TaskExecution, readyAt: number): boolean {
  return readyAt >= (taskDeadline(new Map([[node.path, node]]), task) ?? Number.POSITIVE_INFINITY);
}

/** Why a task is over before its attempts are used up; `last`: how the latest of them failed. */
export function noTimeLeft(last: Failure | undefined): Failure {
  const before = last === undefined ? "" : `; the last attempt failed: ${last.message} (${last.code})`;
  return { code: "task_timeout", message: `The task's time over all attempts is used up (totalTimeout)${before}` };
}
