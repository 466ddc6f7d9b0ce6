import { setTimeout as delay } from "node:timers/promises";
import { type Applied, applyEvents } from "../../jobs/apply.ts";
import type { Deps } from "../../jobs/deps.ts";
import type { AttemptStarted, Event } from "../../model/decision/event.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { WorkerId } from "../../model/ids.ts";
import { nextDeadline } from "../../model/job/deadlines.ts";
import { executionKey } from "../../model/job/executions.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { ProcessGroup } from "../../model/job/process-group.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { type Places, placesOf } from "../../model/tree/places.ts";
import type { TaskNode, Workflow } from "../../model/workflow.ts";
import { suspectFrom } from "../../store/suspects.ts";
import type { AttemptRunner } from "../attempt-runner.ts";
import type { Slots } from "../slots.ts";
import { Alarm } from "./alarm.ts";
import { EventQueue } from "./event-queue.ts";
import { endLeftGroups, groupsOf, type LeftGroupsHost, tellEnded, tellEndedOf } from "./left-groups.ts";
import { OpenAttempts } from "./open-attempts.ts";
import { runSafely } from "./run-safely.ts";

/** While more branches of a job run, their results come thick and fast: a commit waits so long for more, in ms, as each writes the job's document. */
const manyBranches = 8;
const branchesPauseMs = 10;

/** What a job's runner needs of its worker. */
export interface RunnerHost extends LeftGroupsHost {
  readonly deps: Deps;
  readonly slots: Slots;
  readonly run: AttemptRunner;
  /** The worker is stopping: nothing new is begun. */
  draining(): boolean;
  /** The lease behind this runner may be trusted still. */
  alive(): boolean;
  /** A suspect has a result: others may run beside it again. */
  cleared(): void;
  /** The runner is done with the job: it is final, given back, or somebody else's. */
  done(runner: JobRunner, how: "ended" | "give_back"): void;
  /** The store's failure, or a bug that the job could not even be failed with: the worker decides what to trust. */
  failed(runner: JobRunner, error: unknown): void;
}

/** Runs the tasks of one leased job from the worker's own copy of it. */
export class JobRunner {
  readonly fence: number;
  readonly worker: WorkerId;
  readonly #host: RunnerHost;
  readonly #model: Workflow;
  readonly #places: Places;
  readonly #events: EventQueue;
  readonly #attempts: OpenAttempts;
  readonly #nextDue: Alarm;
  readonly #deadline: Alarm;
  #job: Job;
  /** Newer than a commit that is under way, perhaps. */
  #seen: Job | undefined;
  #over = false;
  /** Processes of earlier attempts may live: nothing is begun beside them. */
  #clearing = false;

  constructor(host: RunnerHost, model: Workflow, job: Job, worker: WorkerId) {
    this.#host = host;
    this.#model = model;
    this.#places = placesOf(model.root);
    this.#events = new EventQueue({
      commit: (events) => this.#commit(events),
      drained: () => this.#goOn(),
      pauseMs: () => (this.#attempts.running > manyBranches ? branchesPauseMs : 0),
    });
    this.#attempts = new OpenAttempts({
      slots: host.slots,
      mayBegin: () => !this.#over && !host.draining() && this.#job.status !== "paused",
      ended: (event) => this.#ended(event),
    });
    const nowMs = (): number => host.deps.moment().nowMs;
    this.#nextDue = new Alarm(nowMs, () => this.#goOn());
    this.#deadline = new Alarm(nowMs, () => void this.#events.add({ kind: "timer_due" }));
    this.#job = job;
    this.fence = job.fence;
    this.worker = worker;
  }

  get id(): string {
    return this.#job.id;
  }

  /** When the job has to be looked at again, where it waits for that without a worker. */
  get parkedUntil(): number | undefined {
    return this.#job.lease === undefined ? this.#job.readyAt : undefined;
  }

  /** People paused the job, as far as this worker knows. */
  get paused(): boolean {
    return this.#job.status === "paused";
  }

  /** The job lost several workers in a row, and has had no result since. */
  get suspect(): boolean {
    return this.#job.lost >= suspectFrom;
  }

  begin(): void {
    this.#watchDeadlines();
    if (groupsOf(this.#job).length > 0) void this.#clear();
    else this.#beginCleared();
  }

  async #clear(): Promise<void> {
    this.#clearing = true;
    for (const event of await endLeftGroups(this.#host, this.#job, this.fence)) void this.#events.add(event);
    this.#clearing = false;
    this.#beginCleared();
  }

  #beginCleared(): void {
    const { lost, lostRecorded, tasks } = this.#job;
    const begun = tasks.some(({ status }) => status === "started"); // by a worker that gave it up
    if (lost > lostRecorded || begun) void this.#events.add({ kind: "lost", fence: this.fence, lost });
    this.#goOn();
  }

  /** Ends the job with a fault of ours. */
  fail(message: string): void {
    void this.#events.add({ kind: "defect", fence: this.fence, message });
  }

  /** Aborts what runs. Its results, if any come, are still told to the store, which knows whether they count. */
  abort(): void {
    this.#attempts.abortAll();
  }

  /** The job is somebody else's: nothing of it is begun any more. */
  forget(): void {
    this.#end();
    this.abort();
  }

  /** The job as somebody read it: paused or resumed since, perhaps. */
  see(job: Job): void {
    if (this.#over || job.version <= this.#job.version) return;
    if (this.#events.committing) {
      if (job.version > (this.#seen?.version ?? 0)) this.#seen = job;
      return;
    }
    this.#job = job;
    this.#goOn();
  }

  /** Gives back the job now if nothing of it runs. */
  yieldIfIdle(): void {
    if (!this.#over && !this.#busy) this.#giveBack();
  }

  get #busy(): boolean {
    return this.#attempts.running > 0 || this.#events.committing || this.#clearing;
  }

  /** Ends at once what is over already: nothing of it may be begun. */
  #watchDeadlines(): void {
    const at = nextDeadline(this.#places, this.#job);
    if (at === undefined) this.#deadline.clear();
    else if (at <= this.#host.deps.moment().nowMs) void this.#events.add({ kind: "timer_due" });
    else this.#deadline.set(at);
  }

  /** Runs what is due and waits for what is not. */
  #goOn(): void {
    if (this.#events.committing || this.#clearing) return;
    if (this.#over) return this.#attempts.returnSpareSlots();
    if (this.#host.draining() || this.#job.status === "paused") return this.#busy ? this.#wait() : this.#giveBack();
    if (!this.#host.alive()) return this.#attempts.returnSpareSlots(); // the worker is about to forget this job
    const nowMs = this.#host.deps.moment().nowMs;
    let nextDueAt = Number.POSITIVE_INFINITY;
    for (const execution of this.#job.tasks) {
      if (execution.status !== "scheduled" || this.#attempts.has(executionKey(execution))) continue;
      const readyAt = execution.readyAt ?? nowMs;
      if (readyAt > nowMs) nextDueAt = Math.min(nextDueAt, readyAt);
      else this.#attempts.begin(executionKey(execution), (signal) => this.#attempt(execution, signal));
    }
    this.#attempts.returnSpareSlots();
    if (nextDueAt === Number.POSITIVE_INFINITY) this.#nextDue.clear();
    else this.#nextDue.set(nextDueAt);
  }

  /** Nothing more is begun; what runs ends by itself. */
  #wait(): void {
    this.#nextDue.clear();
    this.#attempts.returnSpareSlots();
  }

  /** The slot is free while the result is stored: it is for attempts that run, and storing takes longer than many of them. */
  #ended(event: Event | undefined): void {
    if (event === undefined) this.#goOn();
    else void this.#events.add(event); // first: with its result on the way the job is not idle, whoever takes the slot
    this.#attempts.returnSpareSlots();
  }

  /** Runs an attempt; undefined where there is nothing to tell of it. Never rejects. */
  async #attempt(execution: TaskExecution, signal: AbortSignal): Promise<Event | undefined> {
    const { path, iteration, attempt } = execution;
    const about = { fence: this.fence, path, iteration, attempt, worker: this.worker };
    const node = this.#taskAt(path);
    if (node?.whenLost === "fail" && !(await this.#noted(about))) return undefined;
    const startedAt = this.#host.deps.moment().nowMs;
    const began = performance.now();
    let group: ProcessGroup | undefined;
    const ask = { workflow: this.#model, job: this.#job, execution, signal };
    const outcome = await runSafely(this.#host, node, {
      ...ask,
      began: (started) => {
        group = started;
        return this.#noted({ ...about, group: started });
      },
    });
    if (this.#over && group !== undefined) await tellEnded(this.#host, this.id, group);
    if (this.#over && outcome.kind === "interrupted") return undefined;
    const durationMs = Math.round((performance.now() - began) * 1000) / 1000;
    return {
      kind: "attempt_finished",
      ...about,
      startedAt,
      durationMs,
      outcome,
      ...(group !== undefined && { group }),
    };
  }

  #taskAt(path: string): TaskNode | undefined {
    const node = this.#places.get(path)?.node;
    return node?.kind === "task" ? node : undefined;
  }

  /** What may run at most once, or starts processes, is noted as started before it does anything; no answer, no call. */
  async #noted(about: Omit<AttemptStarted, "kind">): Promise<boolean> {
    await this.#events.add({ kind: "attempt_started", ...about });
    const execution = this.#job.tasks.find((task) => executionKey(task) === executionKey(about));
    return !this.#over && execution?.status === "started" && execution.attempt === about.attempt;
  }

  /** What cannot be decided fails the job; what the store cannot take now is tried again. Never rejects. */
  async #commit(events: readonly Event[]): Promise<void> {
    let pending = events;
    for (;;) {
      try {
        return this.#took(await applyEvents(this.#host.deps, this.#model, this.#job, pending));
      } catch (error) {
        if (error instanceof Overloaded) {
          await delay(error.retryAfterMs ?? 1000);
        } else if (error instanceof StoreUnavailable || pending.some((event) => event.kind === "defect")) {
          this.#end();
          tellEndedOf(this.#host, this.id, pending);
          return this.#host.failed(this, error);
        } else {
          this.#host.log.error({ job: this.id, err: error }, "a job could not be continued");
          const reason = error instanceof Error ? error.message : String(error);
          pending = [{ kind: "defect", fence: this.fence, message: `The worker met a bug in itself: ${reason}` }];
        }
      }
    }
  }

  #took(applied: Applied): void {
    if (applied.kind === "gone") return this.#leave();
    const wasSuspect = this.suspect;
    const seen = this.#seen;
    this.#seen = undefined;
    this.#job = seen !== undefined && seen.version > applied.job.version ? seen : applied.job;
    if (wasSuspect && !this.suspect) this.#host.cleared();
    const ours = this.#job.lease?.worker === this.worker && this.#job.fence === this.fence;
    if (!ours || isFinal(this.#job.status)) return this.#leave();
    const open = new Set(this.#job.tasks.filter(isOpen).map(executionKey));
    this.#attempts.abortUnless((key) => open.has(key));
    this.#watchDeadlines();
  }

  #leave(): void {
    if (this.#over) return;
    this.#end();
    this.abort();
    this.#host.done(this, "ended");
  }

  #giveBack(): void {
    this.#end();
    this.#attempts.returnSpareSlots();
    this.#host.done(this, "give_back");
  }

  #end(): void {
    this.#over = true;
    this.#nextDue.clear();
    this.#deadline.clear();
    if (!this.#events.committing) this.#attempts.returnSpareSlots();
  }
}
