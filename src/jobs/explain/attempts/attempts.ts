import { isMadeAgain, untoldLoss } from "../../../engine/lost.ts";
import { executionAt, executionKey } from "../../../model/job/executions.ts";
import type { HistoryEntry } from "../../../model/job/history.ts";
import type { Job } from "../../../model/job/job.ts";
import { isOpen, isTakenBack, type TaskExecution } from "../../../model/job/task-execution.ts";
import { isDecided } from "../../../model/tree/decided.ts";
import { isUndo, undonePathOf } from "../../../model/tree/undo-path.ts";
import type { SubWorkflowNode, WaitNode, Workflow } from "../../../model/workflow.ts";
import type { ExplainedTask } from "../explanation.ts";
import { timeText } from "../words.ts";
import { Course, type OpenAttempt } from "./course.ts";
import { askedWhy, jobRetryWhy, policyOf, takenBackWhy, undoneAgainWhy } from "./why.ts";

/** The tasks of the job's run with all their attempts, and why there was each. `history`: in order, with the results of completed tasks. */
export function explainTasks(
  job: Job,
  model: Workflow | undefined,
  history: readonly HistoryEntry[],
  nowMs: number,
): ExplainedTask[] {
  const courses = new Courses(job, model);
  for (const entry of history) if (entry.run === job.run) courses.read(entry);
  const loss = untoldLoss(job);
  if (loss !== undefined) courses.read(loss);
  const begun = job.tasks.filter((task) => !isTakenBack(task));
  return begun.map((task) => {
    const { name, path, iteration, type, status: state } = task;
    const attempts = isDecided(task) ? [] : courses.of(task).attempts(openAttempt(job, model, task, nowMs));
    return { name, path, iteration, type, state, attempts };
  });
}

/** The courses of all executions of one run. */
class Courses {
  readonly #job: Job;
  readonly #model: Workflow | undefined;
  readonly #courses = new Map<string, Course>();
  /** A retry does not begin them: they run when the job is to end without success once more. */
  readonly #undos = new Set<Course>();
  /** The tasks whose undos have run since the job was last asked to go on. */
  readonly #undone = new Set<string>();
  #first = "first attempt";
  #jobRetries = 0;
  /** A program told it that did not say what its worker may have been doing. */
  #vagueLoss: HistoryEntry | undefined;

  constructor(job: Job, model: Workflow | undefined) {
    this.#job = job;
    this.#model = model;
  }

  of(named: { readonly path: string; readonly iteration?: number }): Course {
    const name = { path: named.path, iteration: named.iteration ?? 0 };
    const key = executionKey(name);
    let course = this.#courses.get(key);
    if (course === undefined) {
      const task = executionAt(this.#job.tasks, name);
      course = new Course(this.#firstOf(task), policyOf(this.#model, name.path), task !== undefined && calls(task));
      this.#courses.set(key, course);
      if (isUndo(name)) this.#undos.add(course);
    }
    return course;
  }

  read(entry: HistoryEntry): void {
    switch (entry.type) {
      case "job_restarted":
        this.#first = `first attempt of run ${entry.run}: ${askedWhy(entry)}`;
        return;
      case "job_retried":
        this.#retried(entry);
        return;
      case "job_undoing":
        for (const undo of this.#undos) undo.again(undoneAgainWhy(entry));
        return;
      case "worker_lost":
        this.#lost(entry);
        return;
      default:
        if (entry.path !== undefined) this.#ofTask(entry, entry.path);
    }
  }

  #ofTask(entry: HistoryEntry, path: string): void {
    const name = { path, iteration: entry.iteration ?? 0 };
    readOf(this.of(name), entry);
    if (entry.type === "task_completed" && isUndo(name))
      this.#undone.add(executionKey({ ...name, path: undonePathOf(name) }));
  }

  #retried(entry: HistoryEntry): void {
    if (entry.path !== undefined) return; // of one task, which an entry of its own tells
    if (entry.by === undefined) this.#jobRetries += 1;
    else this.#jobRetries = 0;
    const why = entry.by === undefined ? jobRetryWhy(entry, this.#jobRetries, this.#model) : askedWhy(entry);
    for (const { path, iteration = 0 } of entry.results ?? []) {
      const name = { path, iteration };
      this.of(name).again(takenBackWhy(why, this.#undone.has(executionKey(name))));
    }
    for (const course of this.#courses.values())
      if (!course.succeeded && !this.#undos.has(course)) course.again(why, entry.dueAt);
    this.#undone.clear();
  }

  #lost(entry: HistoryEntry): void {
    if (entry.open === undefined && entry.lostAt === undefined) this.#vagueLoss = entry;
    for (const named of entry.open ?? []) this.of(named).lost(entry, named.attempt);
  }

  #firstOf(task: TaskExecution | undefined): { why: string; mayHaveCalled: boolean } {
    const loss = this.#vagueLoss;
    if (loss === undefined || task === undefined || task.scheduledAt > loss.at)
      return { why: this.#first, mayHaveCalled: false };
    const why = `${this.#first} that was recorded; a worker was lost, which was told at ${timeText(loss.at)}, and the history cannot tell whether it was calling this`;
    return { why, mayHaveCalled: true };
  }
}

function readOf(course: Course, entry: HistoryEntry): void {
  switch (entry.type) {
    case "attempt_started":
      return course.began(entry);
    case "attempt_failed":
      return course.failed(entry);
    case "attempt_interrupted":
      return course.interrupted(entry);
    case "task_completed":
      return course.ended("succeeded", entry);
    case "task_failed":
      return course.failedForGood(entry);
    case "task_skipped":
      return course.skipped(entry);
    case "task_cancelled":
      return course.ended("cancelled", entry);
    case "task_retried":
      return course.again(askedWhy(entry));
    case "late_result":
      return course.late(entry);
    default:
      return undefined;
  }
}

const callsNobody: readonly string[] = ["wait", "sub_workflow"] satisfies readonly (
  | WaitNode
  | SubWorkflowNode
)["kind"][];

function calls({ type }: TaskExecution): boolean {
  return !callsNobody.includes(type);
}

/** Nothing is written when a call begins: an attempt that is due, of a job that a worker has, is with that worker. */
function openAttempt(
  job: Job,
  model: Workflow | undefined,
  task: TaskExecution,
  nowMs: number,
): OpenAttempt | undefined {
  if (!isOpen(task)) return undefined;
  const { attempt, readyAt, status, external } = task;
  const endedWithWorker = status === "started" && wasLost(job, task);
  if (endedWithWorker && model !== undefined && !isMadeAgain(model, task)) return undefined;
  if ((status === "started" && !endedWithWorker) || external?.lease !== undefined)
    return { attempt, outcome: "running" };
  const dueAt = external?.availableAt ?? readyAt;
  const due = dueAt === undefined ? {} : { dueAt };
  if (status === "awaiting" || (dueAt ?? 0) > nowMs) return { attempt, ...due, outcome: "waiting" };
  if (job.lease === undefined && job.status === "paused") return { attempt, ...due, outcome: "waiting" };
  return { attempt, ...due, outcome: "due", ...(job.lease !== undefined && { worker: job.lease.worker }) };
}

/** Whether the worker that noted the attempt as begun was lost, which the history does not tell yet. */
function wasLost(job: Job, { startedUnder = 0 }: TaskExecution): boolean {
  const { fence } = untoldLoss(job) ?? {};
  return fence !== undefined && startedUnder <= fence;
}
