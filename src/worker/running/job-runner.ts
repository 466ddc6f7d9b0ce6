import type { Applied } from "../../jobs/apply.ts";
import type { AttemptStarted, Event } from "../../model/decision/event.ts";
import type { WorkerId } from "../../model/ids.ts";
import { nextDeadline } from "../../model/job/deadlines.ts";
import { executionKey } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import { JobTooNew } from "../../model/job/format.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { hasUntoldLoss } from "../../model/job/losses.ts";
import { isSameGroup, type ProcessGroup } from "../../model/job/process-group.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { type Places, placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { suspectFrom } from "../../store/suspects.ts";
import { Alarm } from "./alarm.ts";
import { type AttemptParts, runOpenAttempt } from "./attempt.ts";
import { EventQueue } from "./event-queue.ts";
import { endLeftGroups, endsCommands, groupsOf, tellEndedOf } from "./left-groups.ts";
import { OpenAttempts } from "./open-attempts.ts";
import type { Runner, RunnerHost } from "./runner-host.ts";
import { untilApplied } from "./until-applied.ts";

/** Runs the tasks of one leased job from the worker's own copy of it. */
export class JobRunner implements Runner {
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
  /** It is given back until then. */
  #notBefore: number | undefined;
  /** Processes of earlier attempts may live: nothing is begun beside them. */
  #clearing = false;

  constructor(host: RunnerHost, model: Workflow, job: Job, worker: WorkerId) {
    this.#host = host;
    this.#model = model;
    this.#places = placesOf(model.root);
    this.#events = new EventQueue({
      commit: (events) => this.#commit(events),
      drained: () => this.#goOn(),
      openAttempts: () => this.#attempts.size,
    });
    this.#attempts = new OpenAttempts({
      slots: host.slots,
      workflow: job.workflow.name,
      mayBegin: () => !this.#over && !host.draining() && this.#job.status !== "paused",
      ended: (event) => this.#ended(event),
      refused: () => this.#goOn(),
      waits: (target) => this.#waitsFor(target),
      passed: (target) => host.crowds.passed(job.workflow.name, target),
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
    return this.#job.lease === undefined ? this.#job.readyAt : this.#notBefore;
  }

  /** Of the job as this worker knows it. */
  get version(): number {
    return this.#job.version;
  }

  /** The job lost several workers in a row, and has had no result since. */
  get suspect(): boolean {
    return this.#job.lost >= suspectFrom;
  }

  begin(): void {
    this.#watchDeadlines();
    const left = groupsOf(this.#job.tasks);
    if (left.length > 0) void this.#clear(left, () => this.#beginCleared());
    else this.#beginCleared();
  }

  async #clear(left: readonly ProcessGroup[], then: () => void): Promise<void> {
    this.#clearing = true;
    for (const event of await endLeftGroups(this.#host, this.id, left, this.fence)) void this.#events.add(event);
    this.#clearing = false;
    then();
  }

  #beginCleared(): void {
    const { lost, tasks } = this.#job;
    const begun = tasks.some(({ status }) => status === "started"); // by a worker that gave it up
    if (hasUntoldLoss(this.#job) || begun) void this.#events.add({ kind: "lost", fence: this.fence, lost });
    this.#goOn();
  }

  /** Ends the job, which cannot be continued. */
  fail(error: Failure): void {
    void this.#events.add({ kind: "defect", fence: this.fence, error });
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

  /** The job as somebody read it: others changed it since, perhaps. */
  see(job: Job): void {
    if (this.#over || job.version <= this.#job.version) return;
    if (this.#events.committing) {
      if (job.version > (this.#seen?.version ?? 0)) this.#seen = job;
      return;
    }
    this.#follow(job);
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
    if (endsCommands(this.#job, this.#attempts)) return this.#attempts.returnSpareSlots();
    const closed = this.#job.tasks.filter((task) => !this.#attempts.has(executionKey(task)));
    const scheduled = closed.filter(({ status }) => status === "scheduled");
    const left = groupsOf(scheduled); // of attempts here that could not end them
    if (left.length > 0) return void this.#clear(left, () => this.#goOn());
    const nowMs = this.#host.deps.moment().nowMs;
    let nextDueAt = Number.POSITIVE_INFINITY;
    for (const execution of scheduled) {
      if (this.#over) return; // given back with what was begun last
      const readyAt = execution.readyAt ?? nowMs;
      if (readyAt > nowMs) nextDueAt = Math.min(nextDueAt, readyAt);
      else this.#begin(execution);
    }
    this.#attempts.returnSpareSlots();
    if (nextDueAt === Number.POSITIVE_INFINITY) this.#nextDue.clear();
    else this.#nextDue.set(nextDueAt);
  }

  #begin(execution: TaskExecution): void {
    const expected = this.#host.targets.of(this.#job.workflow, execution.path);
    this.#attempts.begin(executionKey(execution), execution.attempt, expected, (...told) =>
      runOpenAttempt(this.#partsOf(execution), ...told),
    );
  }

  /** Where many wait for that target here already, the job comes back later. */
  #waitsFor(target: string): void {
    if (this.#over || this.#busy || this.#attempts.size > 1) return;
    const backAfterMs = this.#host.crowds.backAfter(target, this.#job.workflow.name);
    if (backAfterMs === undefined) return;
    this.#notBefore = Math.ceil(this.#host.deps.moment().nowMs + backAfterMs);
    this.#giveBack();
  }

  /** Nothing more is begun; what runs ends by itself. */
  #wait(): void {
    this.#nextDue.clear();
    this.#attempts.stopWaiting();
    this.#attempts.returnSpareSlots();
  }

  /** The slot is free while the result is stored: it is for attempts that run, and storing takes longer than many of them. */
  #ended(event: Event | undefined): void {
    if (event === undefined) this.#goOn();
    else void this.#events.add(event); // first: with its result on the way the job is not idle, whoever takes the slot
    this.#attempts.returnSpareSlots();
  }

  #partsOf(execution: TaskExecution): AttemptParts {
    const { path, iteration, attempt } = execution;
    const node = this.#places.get(path)?.node;
    return {
      host: this.#host,
      model: this.#model,
      job: this.#job,
      execution,
      node: node?.kind === "task" ? node : undefined,
      about: { fence: this.fence, path, iteration, attempt, worker: this.worker },
      noted: (about) => this.#noted(about),
      over: () => this.#over,
    };
  }

  /** What may run at most once, or starts processes, is noted as started before it does anything; no answer, no call. */
  async #noted(about: Omit<AttemptStarted, "kind">): Promise<boolean> {
    await this.#events.add({ kind: "attempt_started", ...about });
    const { attempt, group } = about;
    const execution = this.#job.tasks.find((task) => executionKey(task) === executionKey(about));
    if (this.#over || execution?.status !== "started" || execution.attempt !== attempt) return false;
    return group === undefined || execution.processGroups?.some((one) => isSameGroup(one, group)) === true;
  }

  /** Never rejects. */
  async #commit(events: readonly Event[]): Promise<void> {
    try {
      this.#took(await untilApplied(this.#host, this.#model, this.#job, events));
    } catch (error) {
      if (error instanceof JobTooNew) return this.#leaveToNewer();
      this.#end();
      tellEndedOf(this.#host, this.id, events);
      this.#host.failed(this, error);
    }
  }

  #took(applied: Applied): void {
    if (applied.kind === "gone") return this.#leave();
    const wasSuspect = this.suspect;
    const seen = this.#seen;
    this.#seen = undefined;
    const newest = seen !== undefined && seen.version > applied.job.version ? seen : applied.job;
    this.#job = newest;
    if (wasSuspect && !this.suspect) this.#host.cleared();
    const ours = newest.lease?.worker === this.worker && newest.fence === this.fence;
    if (!ours || isFinal(newest.status)) return this.#leave();
    this.#follow(newest);
  }

  /** What is open in the job may run on, anything else is aborted. */
  #follow(job: Job): void {
    this.#job = job;
    const open = new Map(job.tasks.filter(isOpen).map((task) => [executionKey(task), task.attempt]));
    this.#attempts.abortUnless((key, attempt) => open.get(key) === attempt);
    this.#watchDeadlines();
  }

  #leave(): void {
    if (this.#over) return;
    this.#end();
    this.abort();
    this.#host.done(this, "ended");
  }

  /** Somebody with a newer program went on with the job: if the lease is ours still, it is for the workers that can read it. */
  #leaveToNewer(): void {
    this.#giveBack();
    this.abort();
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
    this.#attempts.stopWaiting();
    if (!this.#events.committing) this.#attempts.returnSpareSlots();
  }
}
