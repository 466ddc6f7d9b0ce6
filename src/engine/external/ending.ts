import type { Change, Decision } from "../../model/decision/decision.ts";
import type { ExternalCompleted, ExternalFailed } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { External, TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { ExternalNode, Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { isRetried } from "../policies/is-retried.ts";
import { noTimeLeft } from "../policies/no-time-left.ts";
import { bytesOf, sizeFailure } from "../result-size.ts";
import { delayBefore } from "../retry-delay.ts";
import { nextStep } from "../step/next-step.ts";

/** Whoever has it is done. A result that does not fit is refused, and stays with its worker. */
export function externalCompleted(model: Workflow, job: Job, event: ExternalCompleted, moment: Moment): Decision {
  const taken = takenBy(job, event, "completed");
  if ("kind" in taken) return taken;
  const { task, external, lease } = taken;
  const result = { request: { queue: external.queue, worker: lease.worker }, response: { json: event.output } };
  if (sizeFailure(job, task, result, moment) !== undefined) return ignored("too_large");
  const { readyAt: _readyAt, error: _error, ...kept } = task;
  const ended = {
    ...kept,
    status: "completed",
    result,
    finishedAt: moment.nowMs,
    external: endedAs("completed", external),
  } as const;
  const entry = entryOf("task_completed", job, task, moment);
  return nextStep(model, job, { tasks: [ended], history: [entry], bytes: job.bytes + bytesOf(result) }, moment);
}

/** Whoever has it could not do it: it is offered again, as often as the definition says. */
export function externalFailed(model: Workflow, job: Job, event: ExternalFailed, moment: Moment): Decision {
  const taken = takenBy(job, event, "failed");
  if ("kind" in taken) return taken;
  const { error, retryable, retryAfterMs } = event;
  const outcome = { kind: "failed", error, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
  const failed = afterFailure(model, taken.task, endedAs("failed", taken.external), outcome, moment);
  return nextStep(
    model,
    job,
    { tasks: [failed], history: [failureEntry(job, taken.task, failed, error, moment)] },
    moment,
  );
}

/** Of workers that were silent for the whole of their leases. */
export function lostLease(model: Workflow, job: Job, tasks: readonly TaskExecution[], moment: Moment): Change {
  const lost = tasks.map((task) => ({ task, failed: lostBy(model, task, moment) }));
  const history = lost.map(({ task, failed }) => failureEntry(job, task, failed, silent, moment));
  return nextStep(model, job, { tasks: lost.map(({ failed }) => failed), history }, moment);
}

/** The execution after its worker was silent for too long: offered again, or failed. */
export function lostBy(model: Workflow, task: TaskExecution, moment: Moment): TaskExecution {
  const { external } = task;
  if (external === undefined) return task;
  const retryable = nodeOf(model, task.path)?.whenLost === "retry";
  return afterFailure(model, task, endedAs("lost", external), { kind: "failed", error: silent, retryable }, moment);
}

const silent: Failure = {
  code: "worker_lost",
  message: "The worker that had taken the task neither ended it nor sent a heartbeat before its lease was over",
};

interface Taken {
  readonly task: TaskExecution;
  readonly external: External;
  readonly lease: NonNullable<External["lease"]>;
}

type About = Pick<ExternalCompleted, "path" | "iteration" | "token">;

/** What the event is about, if its worker has it. */
function takenBy(job: Job, event: About, as: Ended["as"]): Taken | ReturnType<typeof ignored> {
  const task = executionOf(job, event);
  const external = task?.external;
  if (external?.ended?.token === event.token && external.ended.as === as) return ignored("applied_before");
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (task?.status !== "awaiting" || external?.lease?.token !== event.token) return ignored("lease_lost");
  return { task, external, lease: external.lease };
}

type Ended = NonNullable<External["ended"]>;

/** Without its lease. A worker that lost it did not end it: what it says later is no repetition. */
function endedAs(as: Ended["as"] | "lost", { queue, availableAt, lease }: External): External {
  return { queue, availableAt, ...(lease !== undefined && as !== "lost" && { ended: { token: lease.token, as } }) };
}

type Failed = Parameters<typeof isRetried>[2];

function afterFailure(
  model: Workflow,
  task: TaskExecution,
  external: External,
  outcome: Failed,
  moment: Moment,
): TaskExecution {
  const node = nodeOf(model, task.path);
  const { readyAt: _readyAt, ...kept } = task;
  const over = { ...kept, status: "failed", finishedAt: moment.nowMs, external } as const;
  if (node === undefined || !isRetried(node.retry, task.attempt, outcome)) return { ...over, error: outcome.error };
  const attempt = task.attempt + 1;
  const availableAt = moment.nowMs + delayBefore(node.retry, attempt, moment.random, outcome.retryAfterMs);
  const deadline = node.totalTimeoutMs === undefined ? undefined : task.scheduledAt + node.totalTimeoutMs;
  if (deadline !== undefined && availableAt >= deadline) return { ...over, error: noTimeLeft(outcome.error) };
  return {
    ...kept,
    attempt,
    error: outcome.error,
    ...(deadline !== undefined && { readyAt: deadline }),
    external: { ...external, availableAt },
  };
}

function nodeOf(model: Workflow, path: string): ExternalNode | undefined {
  const node = placesOf(model.root).get(path)?.node;
  return node?.kind === "external" ? node : undefined;
}

/** How the history tells of it: as a failed attempt, where another follows. */
export function failureEntry(
  job: Job,
  before: TaskExecution,
  after: TaskExecution,
  error: Failure,
  moment: Moment,
): HistoryEntry {
  if (after.status === "failed") return { ...entryOf("task_failed", job, before, moment), error: after.error ?? error };
  return {
    ...entryOf("attempt_failed", job, before, moment),
    error,
    dueAt: after.external?.availableAt ?? moment.nowMs,
  };
}

function entryOf(type: HistoryEntry["type"], job: Job, task: TaskExecution, moment: Moment): HistoryEntry {
  const worker = task.external?.lease?.worker;
  return { at: moment.nowMs, type, run: job.run, ...aboutTask(task), ...(worker !== undefined && { by: worker }) };
}
