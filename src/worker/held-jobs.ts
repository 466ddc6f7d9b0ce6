import { failureFor, jobIncomplete, withoutTasks } from "../jobs/can-only-end.ts";
import type { Deps } from "../jobs/deps.ts";
import { Overloaded, StoreUnavailable, type WorkflowsError } from "../model/errors.ts";
import type { JobId, WorkerId } from "../model/ids.ts";
import type { Job, Lease } from "../model/job/job.ts";
import type { ProcessGroup } from "../model/job/process-group.ts";
import { isOpen } from "../model/job/task-execution.ts";
import type { Log } from "../model/log.ts";
import type { Workflow } from "../model/workflow.ts";
import type { GroupFate } from "../processes/left-group.ts";
import type { HeldJob, SeenJob } from "../store/store.ts";
import { suspectFrom } from "../store/suspects.ts";
import type { AnswersDue } from "./assignment/answers-due.ts";
import type { Releases } from "./assignment/releases.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import { Isolation } from "./isolation.ts";
import { JobRunner } from "./running/job-runner.ts";
import { endLeftHere } from "./running/left-groups.ts";
import { OwnGroups } from "./running/own-groups.ts";
import type { RunnerHost } from "./running/runner-host.ts";
import type { Crowds } from "./slots/crowds.ts";
import { ExpectedTargets } from "./slots/expected-targets.ts";
import type { Slots } from "./slots/slots.ts";

export interface HeldJobsParts {
  readonly deps: Deps;
  readonly slots: Slots;
  readonly crowds: Crowds;
  readonly run: AttemptRunner;
  readonly releases: Releases;
  readonly answersDue: AnswersDue;
  readonly log: Log;
  /** How long a worker that lost a job may take to end its processes and to say so. */
  readonly newsWithinMs: number;
  endLeftGroup(group: ProcessGroup): Promise<GroupFate>;
  /** The incarnation of that id may be trusted still. */
  alive(worker: WorkerId): boolean;
  draining(): boolean;
  /** The store may know of jobs of that incarnation what this process does not. */
  doubt(worker: WorkerId, error: unknown): void;
  /** A job of that workflow left; without one, something else that is waited for. */
  left(workflow?: string): void;
  /** A job left and waits without a worker for that time of the store. */
  parked(readyAt: number): void;
}

interface Held {
  readonly lease: Lease;
  readonly workflow: string;
  /** That of the job as it came. */
  readonly version: number;
  /** Absent while its model is being read, and when the job has left: tables of the past may refer to this entry still (docs/decisions/0004-engine-and-leases.md). */
  runner?: JobRunner | undefined;
  /** A bug of ours keeps it from going on and from failing: it stays here, so that no other worker runs into it at once. */
  parked?: true;
}

/** The jobs that this worker holds, each with its runner. */
export class HeldJobs {
  readonly #parts: HeldJobsParts;
  readonly #held = new Map<JobId, Held>();
  readonly #targets = new ExpectedTargets();
  readonly #ownGroups = new OwnGroups();
  readonly #suspects = new Isolation<Held>();

  constructor(parts: HeldJobsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Nothing is here that will still leave by itself. */
  get settled(): boolean {
    return [...this.#held.values()].every(({ parked }) => parked);
  }

  /** Jobs that lost several workers are here and run without others, until each has a result. */
  get isolating(): boolean {
    return this.#suspects.holds(performance.now());
  }

  list(): SeenJob[] {
    return [...this.#held].map(([id, { lease, version, runner }]) => {
      return { id, fence: lease.fence, version: runner?.version ?? version };
    });
  }

  has(id: JobId): boolean {
    return this.#held.has(id);
  }

  /** Takes a job with its lease and one slot of its workflow; each lease once, however many answers bring it. */
  hold(job: Job, lease: Lease): void {
    const before = this.#held.get(job.id);
    const workflow = job.workflow.name;
    if (before !== undefined && before.lease.fence >= lease.fence) return this.#parts.slots.give(workflow);
    this.#forget(job.id, before); // an older lease of ours
    const held: Held = { lease, workflow, version: job.version };
    if (job.lost >= suspectFrom) this.#suspects.add(held, performance.now());
    this.#held.set(job.id, held);
    const lacks = whatItLacks(job);
    if (lacks !== undefined) return this.#fail(held, job, lacks);
    const model = this.#parts.deps.catalog.known(job.workflow);
    if (model !== undefined) this.#begin(held, model, job);
    else void this.#beginWithStoredModel(held, job);
  }

  /** Others have these now, or they are final: what still runs of them is aborted. */
  gone(jobs: readonly HeldJob[]): void {
    for (const { id, fence } of jobs) {
      const held = this.#held.get(id);
      if (held?.lease.fence === fence) this.#forget(id, held);
    }
  }

  /** Others changed these: those that are here as they were then still are looked at, because no hint came, or none was followed. */
  changed(jobs: readonly SeenJob[]): void {
    for (const { id, version } of jobs) if (this.#held.get(id)?.runner?.version === version) void this.check(id);
  }

  forgetAll(): void {
    for (const [id, held] of [...this.#held]) this.#forget(id, held);
  }

  /** Looks whether a job is still ours and goes on, after a hint that it may not. The next beat, or the next commit, tells it anyway. */
  async check(id: JobId): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    try {
      const job = await this.#parts.deps.store.jobs.get(id);
      const ours = job?.lease?.worker === held.lease.worker && job.lease.fence === held.lease.fence;
      if (!ours) this.#forget(id, held);
      else held.runner?.see(job);
    } catch (error) {
      this.#parts.log.warn({ job: id, err: error }, "a job could not be looked up");
    }
  }

  /** Its holder asks for the end of processes that it cannot see. */
  endLeft(id: JobId): void {
    if (!this.#held.has(id)) void endLeftHere({ ...this.#parts, ownGroups: this.#ownGroups }, id);
  }

  /** Gives back what does not run; the rest follows as it ends. */
  yieldIdle(): void {
    for (const { runner } of [...this.#held.values()]) runner?.yieldIfIdle();
  }

  abortAll(): void {
    for (const { runner } of this.#held.values()) runner?.abort();
  }

  async #beginWithStoredModel(held: Held, job: Job): Promise<void> {
    const { catalog } = this.#parts.deps;
    try {
      const model = await catalog.modelOf(job.workflow);
      if (this.#held.get(job.id) === held) this.#begin(held, model, job);
      else this.#parts.slots.give(held.workflow);
    } catch (error) {
      if (this.#held.get(job.id) !== held) return this.#parts.slots.give(held.workflow);
      if (error instanceof StoreUnavailable || error instanceof Overloaded) {
        this.#parts.slots.give(held.workflow);
        return this.#parts.doubt(held.lease.worker, error);
      }
      this.#fail(held, job, error);
    }
  }

  #begin(held: Held, model: Workflow, job: Job): void {
    let runner: JobRunner;
    try {
      runner = this.#runnerOf(held, model, job);
    } catch (error) {
      return this.#fail(held, job, error);
    }
    runner.begin();
  }

  #fail(held: Held, job: Job, error: unknown): void {
    const isWhole = whatItLacks(job) === undefined;
    this.#parts.log.error({ job: job.id, err: error }, isWhole ? "a workflow cannot be read" : "a job lacks a part");
    const what = isWhole ? "The workflow cannot be read" : "The job could not be continued";
    this.#runnerOf(held, withoutTasks(job), job).fail(failureFor(what, error));
  }

  #runnerOf(held: Held, model: Workflow, job: Job): JobRunner {
    held.runner = new JobRunner(this.#hostOf(held), model, job, held.lease.worker);
    return held.runner;
  }

  #hostOf(held: Held): RunnerHost {
    const parts = this.#parts;
    return {
      deps: parts.deps,
      slots: parts.slots,
      targets: this.#targets,
      crowds: parts.crowds,
      run: parts.run,
      log: parts.log,
      ownGroups: this.#ownGroups,
      newsWithinMs: parts.newsWithinMs,
      endLeftGroup: (group) => parts.endLeftGroup(group),
      draining: () => parts.draining(),
      alive: () => parts.alive(held.lease.worker),
      cleared: () => {
        this.#suspects.remove(held);
        parts.left();
      },
      done: (runner, how) => {
        const { worker, fence } = held.lease;
        const until = runner.parkedUntil;
        const released = { id: runner.id, fence, ...(until !== undefined && { notBefore: until }) };
        if (how === "give_back") parts.releases.add(worker, [released]);
        this.#remove(runner.id, held);
        if (until !== undefined) parts.parked(until);
      },
      failed: (runner, error) => {
        if (error instanceof StoreUnavailable) return parts.doubt(held.lease.worker, error);
        held.parked = true;
        this.#suspects.remove(held);
        parts.log.error(
          { job: runner.id, err: error },
          "a job can neither be continued nor failed: it waits for a restart",
        );
        parts.left();
      },
    };
  }

  #forget(id: JobId, held: Held | undefined): void {
    if (held === undefined || this.#held.get(id) !== held) return;
    const { runner } = held;
    this.#remove(id, held);
    runner?.forget();
  }

  #remove(id: JobId, held: Held): void {
    if (this.#held.get(id) !== held) return;
    this.#held.delete(id);
    held.runner = undefined;
    this.#parts.answersDue.left(id, held.lease.fence);
    this.#suspects.remove(held);
    this.#parts.left(held.workflow);
  }
}

/** Of a job that has not ended something is always open: else nothing would ever happen to it, and nobody would say so. */
function whatItLacks(job: Job): WorkflowsError | undefined {
  if (job.damage !== undefined) return jobIncomplete(job);
  return job.tasks.some(isOpen) ? undefined : jobIncomplete({ ...job, damage: "the tasks that it is at" });
}
