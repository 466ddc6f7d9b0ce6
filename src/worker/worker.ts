import type { Deps } from "../jobs/deps.ts";
import type { NewcomerJob, Placement, Reservation } from "../jobs/placement/placement.ts";
import type { ClockReading } from "../jobs/store-clock.ts";
import type { Job, Lease } from "../model/job/job.ts";
import type { ProcessGroup } from "../model/job/process-group.ts";
import type { Log } from "../model/log.ts";
import { mayTake, takes } from "../model/takes.ts";
import type { Hint } from "../notifier/notifier.ts";
import type { GroupFate } from "../processes/left-group.ts";
import type { ClaimAsk } from "../store/store.ts";
import { AnswersDue } from "./assignment/answers-due.ts";
import { type ClaimsHost, claimJobs } from "./assignment/claims.ts";
import { Intake } from "./assignment/intake.ts";
import { OwnStarts } from "./assignment/own-starts.ts";
import { Releases } from "./assignment/releases.ts";
import { type RoomReport, RoomReports, reportOf } from "./assignment/room-reports.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import { type Claimed, Claimer } from "./claimer.ts";
import { HeldJobs } from "./held-jobs.ts";
import type { Incarnation, WorkerIdentity } from "./life/incarnation.ts";
import { Lives } from "./life/lives.ts";
import { defaultPatience, type Patience } from "./patience.ts";
import type { WorkerSettings } from "./settings.ts";
import { Crowds } from "./slots/crowds.ts";
import { Slots } from "./slots/slots.ts";

export interface WorkerParts {
  readonly deps: Deps;
  readonly settings: WorkerSettings;
  readonly identity: WorkerIdentity;
  readonly run: AttemptRunner;
  readonly log: Log;
  /** Sees to it that processes which an earlier attempt of a job left do not go on, where this process can. */
  readonly endLeftGroup: (group: ProcessGroup) => Promise<GroupFate>;
  /** Told what each beat says of the store's clock. */
  readonly clock: (reading: ClockReading) => void;
  /** Default: `defaultPatience`. */
  readonly patience?: Partial<Patience>;
}

/** Takes jobs, runs their tasks, keeps its lease alive; starts a new incarnation when it may have lost it. */
export class Worker implements Placement {
  readonly #parts: WorkerParts;
  readonly #patience: Patience;
  readonly #slots: Slots;
  readonly #crowds: Crowds;
  readonly #lives: Lives;
  readonly #held: HeldJobs;
  readonly #claimer: Claimer;
  readonly #claims: Omit<ClaimsHost, "life" | "take">;
  readonly #intake: Intake;
  readonly #rooms: RoomReports;
  readonly #releases: Releases;
  readonly #answersDue = new AnswersDue();
  readonly #ownStarts: OwnStarts;
  #draining = false;
  #stopping: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #whenMoved: (() => void) | undefined;

  constructor(parts: WorkerParts) {
    const { deps, settings, log } = parts;
    const { pollMs } = settings;
    const shared = { deps, log, answersDue: this.#answersDue };
    this.#parts = parts;
    this.#patience = { ...defaultPatience, ...parts.patience };
    const slotsHost = {
      freed: () => this.#moved(),
      othersWait: (workflow: string) => this.#claimer.othersWait(workflow),
    };
    this.#slots = new Slots(settings.concurrency, slotsHost, settings.maxCallsPerTarget);
    this.#crowds = new Crowds(this.#slots);
    this.#lives = new Lives({
      ...parts,
      leaveMs: this.#patience.leaveMs,
      held: () => this.#held.list(),
      room: () => this.#roomReport().room,
      gone: (jobs) => this.#held.gone(jobs),
      changed: (jobs) => this.#held.changed(jobs),
      draining: () => this.#draining,
      ended: (worker, reason) => {
        log.warn({ worker, jobs: this.#held.size, reason }, "worker lost its lease");
        this.#held.forgetAll();
      },
      begun: () => {
        if (!this.#draining) this.#claimer.hint();
        this.#jobMoved();
      },
    });
    this.#releases = new Releases({
      ...shared,
      doubt: (worker, error) => this.#lives.doubt(worker, error),
      left: () => this.#moved(),
    });
    this.#held = new HeldJobs({
      ...shared,
      slots: this.#slots,
      crowds: this.#crowds,
      run: parts.run,
      releases: this.#releases,
      endLeftGroup: parts.endLeftGroup,
      newsWithinMs: this.#patience.newsMs,
      alive: (worker) => this.#lives.alive(worker),
      draining: () => this.#draining || (this.#claimer.empties && !this.#held.isolating),
      doubt: (worker, error) => this.#lives.doubt(worker, error),
      left: (workflow) => this.#jobMoved(workflow),
      parked: (readyAt) => this.#claimer.parked(readyAt),
    });
    this.#claimer = new Claimer({
      pollMs,
      mayClaim: () => this.#mayBegin(),
      freeSlots: () => this.#slots.free,
      isShared: () => this.#slots.isShared,
      roomOf: (workflow) => this.#crowds.roomOf(workflow),
      isCrowded: (workflow) => this.#crowds.has(workflow),
      empty: () => this.#held.settled && this.#releases.settled && this.#slots.allFree,
      maxLost: () => deps.moment().limits.maxLost,
      nowMs: () => deps.moment().nowMs,
      hintsArrive: () => deps.notifier.healthy,
      claim: (limit, of) => this.#claim(limit, of),
    });
    this.#claims = {
      ...shared,
      slots: this.#slots,
      claim: (ask) => deps.store.jobs.claim(ask),
      rooms: () => this.#roomsOfHolders(),
      doubt: (worker, error) => this.#lives.doubt(worker, error),
    };
    this.#intake = new Intake({
      ...shared,
      jobs: deps.store.jobs,
      slots: this.#slots,
      pollMs,
      worker: () => (this.#lives.current?.alive === true ? this.#lives.current.id : undefined),
      mayTake: () => this.#mayBegin(),
      takes: (job) => this.#takes(job),
      knows: (id) => this.#held.has(id) || this.#releases.has(id) || this.#ownStarts.has(id),
      known: () => [...this.#held.list().map(({ id }) => id), ...this.#ownStarts.ids(), ...this.#releases.ids()],
      take: (job, lease) => this.#hold(job, lease),
      giveBack: (worker, jobs) => this.#releases.add(worker, jobs),
      settled: () => this.#whenMoved?.(),
    });
    this.#ownStarts = new OwnStarts({
      slots: this.#slots,
      take: (incarnation, job) => this.#takeOrLeave(incarnation, job),
      doubt: ({ id }, error) => this.#lives.doubt(id, error),
    });
    this.#rooms = new RoomReports(
      settings.concurrency,
      () => this.#roomReport(),
      (report) => {
        const worker = this.#lives.current?.id;
        if (worker !== undefined) deps.notifier.publish({ kind: "room", worker, ...report });
      },
    );
  }

  async begin(): Promise<void> {
    await this.#lives.begin();
    if (this.#draining) return;
    this.#unsubscribe = this.#parts.deps.notifier.subscribe((hint) => this.#hear(hint));
    this.#claimer.begin();
    this.#intake.begin();
    this.#rooms.jobMoved();
  }

  /**
   * Takes nothing more, lets attempts finish within the grace, records the rest as interrupted, gives everything back.
   * Ends, and never rejects, whatever the store does.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#draining = true;
    this.#claimer.stop();
    this.#rooms.now();
    this.#held.yieldIdle();
    if (!(await this.#quiet(this.#parts.settings.graceMs))) {
      this.#held.abortAll();
      await this.#quiet(this.#patience.abortedMs);
    }
    this.#unsubscribe?.();
    this.#intake.stop();
    this.#rooms.stop();
    await this.#lives.end();
  }

  #hear(hint: Hint): void {
    switch (hint.kind) {
      case "changed":
        this.#rooms.jobMoved(); // a process that starts jobs may be new, and know nothing
        return this.#claimer.hint();
      case "ready":
        return mayTake(this.#parts.settings.takes, hint) ? this.#claimer.hint(hint.workflow) : undefined;
      case "revoked":
        return void this.#held.check(hint.jobId);
      case "left":
        return this.#held.endLeft(hint.jobId);
      case "assigned":
        return hint.worker === this.#lives.current?.id ? this.#intake.hint(hint.jobs) : undefined;
      default:
        hint.kind satisfies "room" | "defined" | "watching" | "progressed"; // for others
    }
  }

  reserve(job: NewcomerJob): Reservation | undefined {
    const incarnation = this.#lives.current;
    const { name } = job.workflow;
    if (incarnation === undefined || !this.#takes(job) || !this.#mayBegin()) return undefined;
    if (!this.#claimer.nothingWaitsOf(name) || this.#crowds.has(name)) return undefined;
    return this.#ownStarts.reserve(incarnation, job);
  }

  #takes({ workflow, topic }: NewcomerJob): boolean {
    return takes(this.#parts.settings.takes, { workflow: workflow.name, topic });
  }

  /** How many jobs may be assigned to it now, and of which workflows none: those that have their share, and those of which it knows jobs to wait. */
  #roomReport(): RoomReport {
    const left = this.#mayBegin() ? this.#claimer.leftBehind : undefined;
    if (left === undefined) return { room: 0 };
    const full = [...this.#slots.holders].filter((workflow) => this.#slots.roomOf(workflow) <= 0);
    const crowded = [...this.#crowds.workflows].filter((workflow) => this.#crowds.has(workflow));
    return reportOf(this.#slots.free, [...left, ...full, ...crowded]);
  }

  /** What a claim may bring of workflows that are here already. */
  #roomsOfHolders(): ReadonlyMap<string, number> {
    const names = new Set([...this.#slots.holders, ...this.#crowds.workflows]);
    return new Map([...names].map((workflow) => [workflow, Math.max(0, this.#crowds.roomOf(workflow))]));
  }

  #mayBegin(): boolean {
    const isolating = this.#held.isolating || this.#claimer.takesSuspects;
    return !this.#draining && !isolating && this.#lives.current?.alive === true;
  }

  async #claim(limit: number, of: ClaimAsk["of"]): Promise<Claimed | undefined> {
    const incarnation = this.#lives.current;
    if (incarnation === undefined) return undefined;
    const { deps, settings } = this.#parts;
    const take = (job: Job): void => this.#takeOrLeave(incarnation, job);
    return claimJobs(
      { ...this.#claims, life: incarnation, take },
      { limit, of, nowMs: deps.moment().nowMs, takes: settings.takes },
    );
  }

  /** Uses up one slot of the job's workflow. A job of an incarnation that ended meanwhile is found by the rescue with its other ones. */
  #takeOrLeave(incarnation: Incarnation, job: Job): void {
    const current = this.#lives.current === incarnation && incarnation.alive;
    if (current && job.lease !== undefined) this.#hold(job, job.lease);
    else this.#slots.give(job.workflow.name);
  }

  #hold(job: Job, lease: Lease): void {
    this.#rooms.jobMoved();
    this.#held.hold(job, lease);
  }

  #jobMoved(workflow?: string): void {
    this.#rooms.jobMoved();
    if (workflow !== undefined) this.#claimer.jobLeft(workflow);
    this.#moved();
  }

  /** Something was freed or left. */
  #moved(): void {
    this.#rooms.check();
    this.#claimer.slotsFreed();
    this.#whenMoved?.();
  }

  /** Resolves to true once nothing is here and nothing on its way, to false after the time. */
  async #quiet(withinMs: number): Promise<boolean> {
    const isQuiet = (): boolean =>
      [this.#held, this.#releases, this.#intake, this.#lives].every(({ settled }) => settled) && this.#slots.allFree;
    if (isQuiet()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), withinMs);
    this.#whenMoved = () => isQuiet() && resolve(true);
    const quiet = await promise;
    clearTimeout(timer);
    this.#whenMoved = undefined;
    return quiet;
  }
}
