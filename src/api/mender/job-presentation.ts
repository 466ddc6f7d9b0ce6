import { type Static, Type } from "typebox";
import { endingOf } from "../../model/job/extras.ts";
import { type Job, type JobSummary, never, ranElsewhere, visibleStatus } from "../../model/job/job.ts";
import type { ParentRef } from "../../model/job/outward/effect.ts";
import { defaultPriority } from "../../model/job/priority.ts";
import { type External, isTakenBack, type TaskExecution } from "../../model/job/task-execution.ts";
import { isJsonObject, type JsonValue } from "../../model/json.ts";
import { masked } from "../../model/redaction.ts";
import { waitingNow, waitingReasons } from "../../model/search/waiting.ts";
import { defaultTopic } from "../../model/takes.ts";
import { menderStatus, menderStatuses } from "./job-status.ts";
import { menderResult, TaskResultAnswer } from "./task-result.ts";

const Time = Type.String({ format: "date-time" });

export const FailureAnswer = Type.Object({ code: Type.String(), message: Type.String() }, { title: "Failure" });

/** What lists show, and what the whole job begins with. */
export const JobSummaryAnswer = Type.Object(
  {
    id: Type.String(),
    workflowName: Type.String(),
    version: Type.Integer({ description: "Version of the workflow" }),
    status: Type.Enum([...menderStatuses]),
    state: Type.String({
      description: "The status in full: pending, running, paused, completed, failed, timed_out, terminated",
    }),
    run: Type.Integer(),
    error: Type.Optional(FailureAnswer),
    worker: Type.Optional(Type.String({ description: "The worker that holds the job" })),
    workersLost: Type.Optional(Type.Integer({ description: "Workers that died in a row while they held the job" })),
    insert_time: Time,
    start_time: Type.Optional(Time),
    finish_time: Type.Optional(Time),
    waiting: Type.Optional(
      Type.Enum([...waitingReasons], {
        description: "For what it waits now; absent where a worker has it or it has ended",
      }),
    ),
    due_time: Type.Optional(Time),
    deadline_time: Type.Optional(Time),
  },
  { title: "JobSummary" },
);

export const JobAnswer = Type.Object(
  {
    ...JobSummaryAnswer.properties,
    damage: Type.Optional(
      Type.String({ description: "What of it the store has lost: it is shown without that, and can only end" }),
    ),
    parent: Type.Optional(
      Type.Object(
        { id: Type.String(), run: Type.Integer(), path: Type.String(), iteration: Type.Integer() },
        { description: "The job that this one is a part of, and the task that it does there" },
      ),
    ),
    priority: Type.Integer({ description: "1 to 9; 9 is claimed first" }),
    topic: Type.String({ description: "Workers that take it run the job" }),
    ending: Type.Optional(
      Type.String({ description: "While finished tasks are undone: the state in which the job ends after that" }),
    ),
    inputParameters: Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() })),
    results: Type.Array(TaskResultAnswer),
    tasks: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          path: Type.String({ description: "Names the task within the workflow" }),
          iteration: Type.Optional(Type.Integer({ description: "Of a task in a loop, from the second on" })),
          type: Type.String(),
          state: Type.String(),
          attempt: Type.Integer(),
          skippedBy: Type.Optional(Type.String()),
          error: Type.Optional(FailureAnswer),
          due_time: Type.Optional(Time),
          finish_time: Type.Optional(Time),
          job: Type.Optional(Type.String({ description: "The job that does it" })),
          queue: Type.Optional(Type.String({ description: "Where programs outside find it" })),
          takenBy: Type.Optional(Type.String({ description: "The program outside that has it" })),
          lease_time: Type.Optional(Time),
        },
        { title: "Task" },
      ),
    ),
  },
  { title: "Job" },
);

/** `nowMs`: of the store's clock. */
export function jobSummary(job: JobSummary, nowMs: number): Static<typeof JobSummaryAnswer> {
  const state = visibleStatus(job);
  const waiting = waitingNow(job, nowMs);
  return {
    id: job.id,
    workflowName: job.workflow.name,
    version: job.workflow.version,
    status: menderStatus(state),
    state,
    run: job.run,
    ...(job.error !== undefined && { error: job.error }),
    ...(job.lease !== undefined && { worker: job.lease.worker }),
    ...(job.lost > 0 && { workersLost: job.lost }),
    insert_time: time(job.createdAt),
    ...(job.startedAt !== undefined && { start_time: time(job.startedAt) }),
    ...(job.finishedAt !== undefined && !ranElsewhere(job) && { finish_time: time(job.finishedAt) }),
    ...(waiting !== undefined && { waiting }),
    ...(job.readyAt !== undefined && job.readyAt < never && { due_time: time(job.readyAt) }),
    ...(job.deadlineAt !== undefined && { deadline_time: time(job.deadlineAt) }),
  };
}

/** `nowMs`: of the store's clock. `isSecret` tells which inputs are shown as `***`, `hide` takes secrets out of a text that a service sent. */
export function presentJob(
  job: Job,
  isSecret: (input: string) => boolean,
  hide: (text: string) => string,
  nowMs: number,
): Static<typeof JobAnswer> {
  const tasks = job.tasks.filter((task) => !isTakenBack(task));
  return {
    ...jobSummary(job, nowMs),
    ...(job.damage !== undefined && { damage: job.damage }),
    ...(job.parent !== undefined && { parent: presentParent(job.parent) }),
    priority: job.priority ?? defaultPriority,
    topic: job.topic ?? defaultTopic,
    ...presentEnding(job),
    inputParameters: Object.entries(job.input).map(([name, value]) => inputParameter(name, value, isSecret)),
    results: tasks.flatMap((task) => menderResult(task, hide)),
    tasks: tasks.map((task) => presentTask(task, isStarted(job, task, nowMs))),
  };
}

function presentParent({ id, run, path, iteration }: ParentRef) {
  return { id, run, path, iteration };
}

function presentEnding(job: Job): { ending?: string } {
  const ending = endingOf(job);
  return ending === undefined ? {} : { ending };
}

function inputParameter(name: string, value: JsonValue, isSecret: (input: string) => boolean) {
  return { name, value: isSecret(name) ? masked : withSecretsMasked(value, isSecret) };
}

function withSecretsMasked(value: JsonValue, isSecret: (name: string) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withSecretsMasked(item, isSecret));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]): [string, JsonValue] => [
    name,
    isSecret(name) ? masked : withSecretsMasked(member, isSecret),
  ]);
  return Object.fromEntries(members);
}

/** Nothing is written when an attempt begins: a task that is due, of a job that a worker holds, is with that worker. */
function isStarted(job: Job, task: TaskExecution, nowMs: number): boolean {
  return task.status === "scheduled" && job.lease !== undefined && (task.readyAt ?? nowMs) <= nowMs;
}

function presentTask(task: TaskExecution, started: boolean) {
  return {
    name: task.name,
    path: task.path,
    ...(task.iteration > 0 && { iteration: task.iteration }),
    type: task.type,
    state: started ? "started" : task.status,
    attempt: task.attempt,
    ...(task.skippedBy !== undefined && { skippedBy: task.skippedBy }),
    ...(task.error !== undefined && { error: task.error }),
    ...(task.readyAt !== undefined && !started && { due_time: time(task.readyAt) }),
    ...(task.finishedAt !== undefined && { finish_time: time(task.finishedAt) }),
    ...(task.child !== undefined && { job: task.child.id }),
    ...(task.external !== undefined && presentExternal(task.external)),
  };
}

function presentExternal({ queue, lease }: External) {
  return { queue, ...(lease !== undefined && { takenBy: lease.worker, lease_time: time(lease.until) }) };
}

/** RFC 3339 with milliseconds, UTC. */
export function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
