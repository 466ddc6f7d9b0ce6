import { type Applied, applyEvents } from "../jobs/apply.ts";
import type { Deps } from "../jobs/deps.ts";
import type { AttemptFinished, Event } from "../model/decision/event.ts";
import type { WorkerId } from "../model/ids.ts";
import { executionKey } from "../model/job/evolve.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { type TaskNode, tasksOf, type Workflow } from "../model/workflow.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import type { Slots } from "./slots.ts";

/** What a job's runner needs of its worker. */
export interface RunnerHost {
  readonly deps: Deps;
  readonly slots: Slots;
  readonly run: AttemptRunner;
  /** The worker is stopping: nothing new is begun. */
  draining(): boolean;
  /** The lease behind this runner may be trusted still. */
  alive(): boolean;
  /** The runner is done with the job: it is final, given back, or somebody else's. */
  done(runner: JobRunner, how: "ended" | "give_back"): void;
  /** A bug or the store's failure: the worker decides what to trust. */
  failed(runner: JobRunner, error: unknown): void;
}

/**
 * Runs the tasks of one leased job from the worker's own copy of it.
 * Events pass one queue: those that arrive during a commit ride the next one.
 */
export class JobRunner {
  readonly fence: number;
  readonly worker: WorkerId;
  readonly #host: RunnerHost;
  readonly #model: Workflow;
  readonly #nodes: ReadonlyMap<string, TaskNode>;
  readonly #running = new Map<string, AbortController>();
  readonly #events: Event[] = [];
  #job: Job;
  /** Slots that this job holds and does not use at the moment. */
  #spareSlots: number;
  #committing = false;
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(host: RunnerHost, model: Workflow, job: Job, worker: WorkerId, slotsHeld: number) {
    this.#host = host;
    this.#model = model;
    this.#nodes = new Map([...tasksOf(model.root)].map((node) => [node.path, node]));
    this.#job = job;
    this.fence = job.fence;
    this.worker = worker;
    this.#spareSlots = slotsHeld;
  }

  get id(): string {
    return this.#job.id;
  }

  get busy(): boolean {
    return this.#running.size > 0 || this.#committing;
  }

  begin(): void {
    this.#armDeadline();
    if (this.#job.lost > this.#job.lostRecorded)
      this.#happened({ kind: "lost", fence: this.fence, lost: this.#job.lost });
    else this.#goOn();
  }

  /** Aborts what runs. Its results, if any come, are still told to the store, which knows whether they count. */
  abort(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  /** The job is somebody else's: nothing of it is begun any more. */
  forget(): void {
    this.#end();
    this.abort();
  }

  /** Gives back the job now if nothing of it runs. */
  yieldIfIdle(): void {
    if (!this.#over && !this.busy) this.#giveBack();
  }

  /** Runs what is due and waits for what is not. */
  #goOn(): void {
    if (this.#over || this.#committing || this.#events.length > 0) return;
    if (this.#host.draining()) return this.busy ? undefined : this.#giveBack();
    if (!this.#host.alive()) return this.#returnSpareSlots();
    const nowMs = this.#host.deps.moment().nowMs;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const execution of this.#job.tasks) {
      if (execution.status !== "scheduled" || this.#running.has(executionKey(execution))) continue;
      const waitMs = (execution.readyAt ?? nowMs) - nowMs;
      if (waitMs > 0) nextMs = Math.min(nextMs, waitMs);
      else this.#begin(execution);
    }
    this.#returnSpareSlots();
    this.#arm(nextMs);
  }

  #begin(execution: TaskExecution): void {
    const controller = new AbortController();
    this.#running.set(executionKey(execution), controller);
    if (this.#spareSlots > 0) {
      this.#spareSlots -= 1;
      void this.#attempt(execution, controller);
      return;
    }
    this.#host.slots.whenTaken(() => {
      if (!controller.signal.aborted && !this.#over && !this.#host.draining())
        return void this.#attempt(execution, controller);
      this.#running.delete(executionKey(execution));
      this.#host.slots.give();
      this.#goOn();
    });
  }

  async #attempt(execution: TaskExecution, controller: AbortController): Promise<void> {
    const node = this.#nodes.get(execution.path);
    const startedAt = this.#host.deps.moment().nowMs;
    const began = performance.now();
    const about = {
      fence: this.fence,
      path: execution.path,
      iteration: execution.iteration,
      attempt: execution.attempt,
      worker: this.worker,
    };
    const outcome =
      node === undefined
        ? ({
            kind: "failed",
            error: { code: "internal", message: `The workflow has no task at ${execution.path}` },
            retryable: false,
          } as const)
        : (await this.#noted(node, about)) === "begin"
          ? await this.#host.run({ workflow: this.#model, job: this.#job, node, execution, signal: controller.signal })
          : ({ kind: "interrupted" } as const);
    const durationMs = Math.round((performance.now() - began) * 1000) / 1000;
    this.#running.delete(executionKey(execution));
    this.#spareSlots += 1;
    this.#happened({ kind: "attempt_finished", ...about, startedAt, durationMs, outcome } satisfies AttemptFinished);
  }

  /** A task that may run at most once is noted as started before its call; no answer, no call. */
  async #noted(
    node: TaskNode,
    about: { fence: number; path: string; iteration: number; attempt: number; worker: WorkerId },
  ): Promise<"begin" | "not"> {
    if (node.whenLost !== "fail") return "begin";
    try {
      const applied = await applyEvents(this.#host.deps, this.#model, this.#job, [
        { kind: "attempt_started", ...about },
      ]);
      if (applied.kind !== "committed") return "not";
      this.#job = applied.job;
      return "begin";
    } catch (error) {
      this.#host.failed(this, error);
      return "not";
    }
  }

  #happened(event: Event): void {
    this.#events.push(event);
    if (!this.#committing) void this.#commit();
  }

  async #commit(): Promise<void> {
    this.#committing = true;
    try {
      while (this.#events.length > 0 && this.#mayCommit())
        this.#took(await applyEvents(this.#host.deps, this.#model, this.#job, this.#events.splice(0)));
    } catch (error) {
      this.#end();
      this.#host.failed(this, error);
    } finally {
      this.#committing = false;
      if (this.#over) this.#returnSpareSlots();
      else this.#goOn();
    }
  }

  /** With a lease that has run out unheard there is no use in asking: the fence would refuse it. */
  #mayCommit(): boolean {
    return this.#host.alive() || this.#over;
  }

  #took(applied: Applied): void {
    if (applied.kind === "gone") return this.#leave();
    this.#job = applied.job;
    const ours = applied.job.lease?.worker === this.worker && applied.job.fence === this.fence;
    if (!ours || isFinal(applied.job.status)) this.#leave();
  }

  #leave(): void {
    if (this.#over) return;
    this.#end();
    this.abort();
    this.#host.done(this, "ended");
  }

  #giveBack(): void {
    this.#end();
    this.#returnSpareSlots();
    this.#host.done(this, "give_back");
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    if (!this.#committing) this.#returnSpareSlots();
  }

  #returnSpareSlots(): void {
    for (; this.#spareSlots > 0; this.#spareSlots -= 1) this.#host.slots.give();
  }

  #arm(waitMs: number): void {
    clearTimeout(this.#timer);
    if (waitMs !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#goOn(), waitMs);
  }

  #armDeadline(): void {
    if (this.#job.deadlineAt === undefined) return;
    const waitMs = Math.min(this.#job.deadlineAt - this.#host.deps.moment().nowMs, maxTimerMs);
    this.#deadline = setTimeout(() => this.#happened({ kind: "timer_due" }), Math.max(0, waitMs));
  }
}

/** Longest delay that a timer of the runtime can take; the sweep over overdue jobs serves later deadlines. */
const maxTimerMs = 2 ** 31 - 1;
