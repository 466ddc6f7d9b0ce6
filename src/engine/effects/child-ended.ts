import type { Decision } from "../../model/decision/decision.ts";
import type { ChildEnded } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { bytesOf, sizeFailure } from "../result-size.ts";
import { nextStep } from "../step/next-step.ts";

/** The answer to the newest call ends the execution that waits for it, paused or not. That it came shows that the call arrived: it is owed no more. */
export function childEnded(model: Workflow, job: Job, event: ChildEnded, moment: Moment): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  const task = job.run === event.run ? executionOf(job, event) : undefined;
  if (task?.child?.id !== event.child || task.child.call !== event.call) return ignored("stale_call");
  if (!isOpen(task)) return ignored("applied_before");
  const ended = endedBy(job, task, event, moment);
  const { error, result } = ended;
  const type = error === undefined ? "task_completed" : "task_failed";
  const entry = {
    at: moment.nowMs,
    type,
    run: job.run,
    ...aboutTask(ended),
    ...(error !== undefined && { error }),
  } as const;
  const step = { tasks: [ended], history: [entry], startedAt: moment.nowMs, bytes: job.bytes + bytesOf(result) };
  const change = nextStep(model, job, step, moment);
  const owed = job.effects?.filter(({ id }) => id !== event.call);
  return owed?.length === job.effects?.length ? change : { ...change, effects: owed ?? [] };
}

function endedBy(job: Job, task: TaskExecution, { outcome }: ChildEnded, moment: Moment): TaskExecution {
  const { readyAt: _readyAt, ...kept } = task;
  const closed = { ...kept, finishedAt: moment.nowMs };
  if (outcome.kind === "failed") return { ...closed, status: "failed", error: outcome.error };
  const error = sizeFailure(job, task, outcome.result, moment);
  return error === undefined
    ? { ...closed, status: "completed", result: outcome.result }
    : { ...closed, status: "failed", error };
}
