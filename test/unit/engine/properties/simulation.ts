import { decide } from "../../../../src/engine/decide.ts";
import type { Change } from "../../../../src/model/decision/decision.ts";
import type { Event } from "../../../../src/model/decision/event.ts";
import { mergeChanges } from "../../../../src/model/decision/merge-changes.ts";
import type { Limits, Moment } from "../../../../src/model/decision/moment.ts";
import { evolve } from "../../../../src/model/job/evolve.ts";
import { executionKey } from "../../../../src/model/job/executions.ts";
import type { HistoryEntry } from "../../../../src/model/job/history.ts";
import { isFinal, type Job, never } from "../../../../src/model/job/job.ts";
import { placesOf } from "../../../../src/model/tree/places.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { lostDelay } from "../../../../src/store/suspects.ts";
import { begin, blankJob } from "../situation.ts";
import { type Step, told, type Whoever } from "./arbitraries.ts";
import { asked, askedForTask, calledAgain, signal } from "./asked.ts";
import { expectSame } from "./checks/check.ts";
import { Elsewhere } from "./elsewhere.ts";
import { type Attempt, ended, type Holder, type Message, type Pending, taken } from "./simulated-worker.ts";

/** One write of the job, for whoever checks it. */
export interface Write {
  readonly before: Job;
  readonly after: Job;
  readonly history: readonly HistoryEntry[];
  /** Absent for the writes that only touch the lease. */
  readonly change?: Change;
  readonly events?: readonly Event[];
}

/**
 * One job, its store and three workers whose messages are doubled, delayed past others and decided on old copies.
 * The store does what `store/store.ts` says, with a reload (as JSON) at every write.
 */
export class Simulation {
  readonly model: Workflow;
  readonly history: HistoryEntry[] = [];
  job: Job;
  nowMs = begin;
  readonly #limits: Limits;
  readonly #check: (write: Write) => void;
  readonly #holders: (Holder | undefined)[] = [undefined, undefined, undefined];
  readonly #elsewhere = new Elsewhere();
  readonly #workers = ["w0", "w1", "w2"];
  #incarnations = 3;
  #attempts: Attempt[] = [];
  #messages: Message[] = [];
  #pending: Pending[] = [];

  constructor(model: Workflow, limits: Limits, check: (write: Write) => void, more: Partial<Job> = {}) {
    this.model = model;
    this.#limits = limits;
    this.#check = check;
    this.job = blankJob(model, more);
    this.apply([{ kind: "start" }]);
  }

  step(step: Step): void {
    switch (step.kind) {
      case "wait":
        return this.#wait(step.until);
      case "claim":
        return this.#claim(step.worker);
      case "begin":
        return this.#begin(this.#holders[step.worker]);
      case "end_attempt":
        return this.#endAttempt(step);
      case "call":
        return this.#tell(calledAgain(step, this.nowMs));
      case "ask":
        return this.#tell(asked(step.what));
      case "signal":
        return this.#tell(signal(step.event, String(step.id)));
      case "answer":
      case "outside":
      case "acknowledge":
        return this.#tell(this.#elsewhere.event(step, this.job));
      case "ask_for_task":
        return this.#tell(...askedForTask(step, this.job));
      case "decide":
        return this.#decide(step);
      case "commit":
        return this.#commit(taken(this.#pending, step.pending));
      case "refuse":
        return this.#refuse(taken(this.#pending, step.pending));
      case "release":
        return this.#release(this.#holders[this.#indexOf(step.worker)]);
      case "expire":
        return this.#expire(this.#indexOf(step.worker));
      case "tamper":
        return this.#tamper(step);
      default:
        step satisfies never;
    }
  }

  /** Everything heals: the old workers are gone for good, new ones succeed with whatever they are given. */
  heal(): void {
    for (const worker of this.#workers.keys()) this.#expire(worker);
    const enough = 3 * this.#limits.maxTaskExecutions + 5;
    this.apply([asked("resume")]);
    for (let round = 0; round < enough && !isFinal(this.job.status); round += 1) {
      if (this.job.readyAt === never) {
        this.nowMs += 5000; // what failed elsewhere is not offered again before
        this.apply([...told.map((event) => signal(event, `heals ${round}`)), ...this.#elsewhere.all(this.job)]);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, this.job.readyAt ?? 0);
      this.#claim(0);
      const holder = this.#holders[0];
      if (holder === undefined) throw new Error("Nobody can claim the job");
      const { fence, lost } = this.job;
      this.apply([{ kind: "lost", fence, lost }]);
      holder.copy = this.job;
      this.#messages = [];
      this.#attempts = [];
      this.apply([{ kind: "timer_due" }]);
      holder.copy = this.job;
      this.#begin(holder);
      this.apply(this.#messages.map(({ event }) => event));
      for (const attempt of this.#attempts.splice(0))
        this.apply([ended(attempt, this.nowMs, { kind: "succeeded", result: {} })]);
      holder.copy = this.job;
      this.#release(holder);
    }
  }

  /** Decides events on the newest job and commits what follows. */
  apply(events: readonly Event[]): void {
    const decided = this.#decideAll(
      this.job,
      events.map((event) => ({ event })),
      0.5,
    );
    if (decided !== undefined) this.#commit(decided);
  }

  #tell(...events: readonly (Event | undefined)[]): void {
    for (const event of events) if (event !== undefined) this.#messages.push({ event });
  }

  #moment(random: number): Moment {
    return { nowMs: this.nowMs, random, limits: this.#limits };
  }

  #wait(until: Extract<Step, { kind: "wait" }>["until"]): void {
    const isTimed = this.job.readyAt !== never;
    if (until === "the job is ready" && isTimed) this.nowMs = Math.max(this.nowMs, this.job.readyAt ?? 0);
    else this.nowMs += until === "a moment later" ? 1 : 1000;
  }

  #indexOf(who: Whoever): number {
    return who === "the holder" ? Math.max(0, this.#workers.indexOf(this.job.lease?.worker ?? "")) : who;
  }

  #claim(worker: number): void {
    const id = this.#workers[worker];
    const { lease, readyAt } = this.job;
    if (id === undefined || lease !== undefined || readyAt === undefined || readyAt > this.nowMs) return;
    const fence = this.job.fence + 1;
    this.#write({ ...this.job, version: this.job.version + 1, fence, lease: { worker: id, fence } });
    const holder = { worker: id, fence, copy: this.job };
    this.#holders[worker] = holder;
    const { lost, lostRecorded } = this.job;
    if (lost > lostRecorded) this.#messages.push({ event: { kind: "lost", fence, lost }, from: holder });
    else this.#begin(holder);
  }

  /** Begins what is due in the worker's copy. */
  #begin(holder: Holder | undefined): void {
    if (holder?.copy.status === "paused") return;
    for (const task of holder?.copy.tasks ?? []) {
      if (holder === undefined || task.status !== "scheduled" || (task.readyAt ?? 0) > this.nowMs) continue;
      const { path, iteration, attempt } = task;
      const isKnown = (known: Attempt): boolean =>
        known.holder === holder && executionKey(known) === executionKey(task) && known.attempt === attempt;
      if (this.#attempts.some(isKnown)) continue;
      const node = placesOf(this.model.root).get(path)?.node;
      const once = node?.kind === "task" && node.whenLost === "fail";
      this.#attempts.push({ holder, path, iteration, attempt, noted: !once });
      const { worker, fence } = holder;
      if (once)
        this.#messages.push({
          event: { kind: "attempt_started", fence, path, iteration, attempt, worker },
          from: holder,
        });
    }
  }

  #endAttempt({ attempt: pick, outcome }: Extract<Step, { kind: "end_attempt" }>): void {
    const attempt = taken(this.#attempts, pick);
    if (attempt === undefined) return;
    const event = ended(attempt, this.nowMs, attempt.noted ? outcome : { kind: "interrupted" });
    this.#messages.push({ event, from: attempt.holder });
  }

  #decide({ messages: picks, copy, keep, commit, random }: Extract<Step, { kind: "decide" }>): void {
    const messages = picks.flatMap((pick) => taken(this.#messages, pick) ?? []);
    if (keep) this.#messages.push(...messages);
    const base = (copy === "own" ? messages[0]?.from?.copy : undefined) ?? this.job;
    const decided = this.#decideAll(base, messages, random);
    if (decided === undefined) return;
    if (commit === "later") this.#pending.push(decided);
    else this.#commit(decided);
  }

  #decideAll(base: Job, messages: readonly Message[], random: number): Pending | undefined {
    let change: Change | undefined;
    let current = base;
    const events: Event[] = [];
    for (const { event } of messages) {
      const decision = decide(this.model, current, event, this.#moment(random));
      if (decision.kind === "ignored") continue;
      change = change === undefined ? decision : mergeChanges(change, decision);
      current = evolve(current, decision, base.version);
      events.push(event);
    }
    if (change === undefined) return undefined;
    expectSame("a merged change", evolve(base, change, base.version), current);
    return { base, change, events, messages };
  }

  /** On a conflict the events are decided again on the newest job. */
  #commit(pending: Pending | undefined): void {
    if (pending === undefined) return;
    if (pending.base.version !== this.job.version)
      return this.#commit(this.#decideAll(this.job, pending.messages, 0.5));
    const { change, events } = pending;
    this.#write(evolve(this.job, change, this.job.version + 1), change, events);
    for (const { event, from } of pending.messages) {
      if (from !== undefined) from.copy = this.job;
      this.#begin(from);
      if (event.kind === "attempt_started" && events.includes(event))
        for (const attempt of this.#attempts)
          if (attempt.holder === from && executionKey(attempt) === executionKey(event)) attempt.noted = true;
    }
  }

  /** The store can never take it: the same worker fails the job, if it is still its. */
  #refuse(pending: Pending | undefined): void {
    if (pending === undefined) return;
    const fence = pending.events
      .map((event) => ("fence" in event ? event.fence : undefined))
      .find((known) => known !== undefined);
    const event: Event = { kind: "commit_refused", reason: "too large", ...(fence !== undefined && { fence }) };
    this.#commit(this.#decideAll(pending.base, [{ event }], 0.5));
  }

  /** A worker gives back only what does not run. */
  #release(holder: Holder | undefined): void {
    const { lease, ...kept } = this.job;
    if (this.job.tasks.some(({ status }) => status === "started")) return;
    if (holder === undefined || lease?.worker !== holder.worker || lease.fence !== holder.fence) return;
    this.#write({ ...kept, version: this.job.version + 1 });
  }

  /** The worker's row is gone; its process goes on for all that it knows, and a new incarnation takes its place. */
  #expire(worker: number): void {
    const { lease, ...kept } = this.job;
    if (lease?.worker === this.#workers[worker]) {
      const lost = this.job.lost + 1;
      const readyAt = this.job.status === "paused" ? never : this.nowMs + lostDelay(lost);
      this.#write({ ...kept, version: this.job.version + 1, lost, readyAt });
    }
    this.#workers[worker] = `w${this.#incarnations++}`;
    this.#holders[worker] = undefined;
  }

  /** A message like one of the others, about another lease or attempt. */
  #tamper({ message: pick, fence, attempt }: Extract<Step, { kind: "tamper" }>): void {
    const message = this.#messages[pick % Math.max(1, this.#messages.length)];
    if (message === undefined || !("attempt" in message.event)) return;
    const { event } = message;
    this.#messages.push({ event: { ...event, fence: event.fence - fence, attempt: event.attempt + attempt - 1 } });
  }

  #write(after: Job, change?: Change, events?: readonly Event[]): void {
    const before = this.job;
    const reloaded = JSON.parse(JSON.stringify(after)) as Job;
    expectSame("a reloaded job", reloaded, after);
    this.job = reloaded;
    this.#elsewhere.see(reloaded);
    const history = change?.history ?? [];
    this.history.push(...history);
    this.#check({
      before,
      after: reloaded,
      history,
      ...(change !== undefined && { change }),
      ...(events !== undefined && { events }),
    });
  }
}
