import type { HistoryEntry } from "../../../model/job/history.ts";
import type { RetryPolicy } from "../../../model/workflow.ts";
import type { AttemptOutcome, ExplainedAttempt } from "../explanation.ts";
import { askedText } from "../words.ts";
import { mayHaveReached } from "./reached.ts";
import { interruptedWhy, lostWhy, retryWhy } from "./why.ts";

/** An attempt that has not ended, as the job has it now. */
export interface OpenAttempt {
  readonly attempt: number;
  readonly outcome: Extract<AttemptOutcome, "waiting" | "due" | "running">;
  readonly dueAt?: number;
  readonly worker?: string;
}

/** The attempts of one task execution, as its history is read on. */
export class Course {
  readonly #attempts: ExplainedAttempt[] = [];
  readonly #policy: RetryPolicy | undefined;
  /** It calls somebody: a call that is made again is made twice. */
  readonly #calls: boolean;
  /** Of the next attempt. */
  #why: string;
  /** Since the task was begun, or begun anew. */
  #retries = 0;
  #reached: boolean;
  /** From then on an attempt may be under way; never, where the task has ended. */
  #dueAt = 0;
  #began: HistoryEntry | undefined;

  constructor(
    first: { readonly why: string; readonly mayHaveCalled: boolean },
    policy: RetryPolicy | undefined,
    calls: boolean,
  ) {
    this.#why = first.why;
    this.#reached = first.mayHaveCalled;
    this.#policy = policy;
    this.#calls = calls;
  }

  /** With the attempt that is open now, if one is. */
  attempts(open: OpenAttempt | undefined): readonly ExplainedAttempt[] {
    if (open === undefined) return this.#attempts;
    const startedAt = this.#began?.at;
    const worker = this.#began?.worker ?? this.#began?.by ?? open.worker;
    const { calledAgain, ...reason } = this.#reason();
    const mayHaveBegun = open.outcome === "running" || (open.outcome === "due" && worker !== undefined);
    return [
      ...this.#attempts,
      {
        ...open,
        ...this.#dueAfterLoss(open),
        ...reason,
        ...(calledAgain && mayHaveBegun && { calledAgain }),
        ...(startedAt !== undefined && { startedAt }),
        ...(worker !== undefined && { worker }),
      },
    ];
  }

  /** One that is made again because its worker was lost is due since then, whenever it was due at first. */
  #dueAfterLoss({ outcome, dueAt = 0 }: OpenAttempt): { dueAt?: number } {
    const last = this.#attempts.at(-1);
    if (outcome !== "due" || last?.outcome !== "lost" || last.endedAt === undefined) return {};
    return { dueAt: Math.max(dueAt, last.endedAt) };
  }

  get succeeded(): boolean {
    return this.#attempts.at(-1)?.outcome === "succeeded";
  }

  began(entry: HistoryEntry): void {
    this.#began = entry;
  }

  failed(entry: HistoryEntry): void {
    this.ended("failed", entry);
    this.#retries += 1;
    this.#why = retryWhy(entry, this.#retries, this.#policy);
    this.#dueAt = entry.dueAt ?? entry.at;
  }

  interrupted(entry: HistoryEntry): void {
    this.ended("interrupted", entry);
    this.#why = interruptedWhy(entry);
    this.#dueAt = entry.at;
  }

  lost(loss: HistoryEntry, attempt: number): void {
    const { worker, lostAt, at } = loss;
    this.#push({
      attempt,
      outcome: "lost",
      endedAt: lostAt ?? at,
      ...(this.#began !== undefined && { startedAt: this.#began.at }),
      ...((worker ?? this.#began?.worker) !== undefined && { worker: worker ?? this.#began?.worker ?? "" }),
    });
    this.#reached = true;
    this.#why = lostWhy(loss);
  }

  /** Of one that was lost the loss is its end, and this says what followed. */
  failedForGood(entry: HistoryEntry): void {
    const last = this.#attempts.at(-1);
    const isOfLoss = last?.outcome === "lost" && last.attempt === entry.attempt && entry.startedAt === undefined;
    if (isOfLoss && entry.error !== undefined) {
      this.#attempts.splice(-1, 1, { ...last, error: entry.error });
      this.#dueAt = Number.POSITIVE_INFINITY;
    } else this.ended("failed", entry);
  }

  skipped(entry: HistoryEntry): void {
    const { by, reason } = entry;
    const reached = this.#reached;
    this.#reached = reached && this.#dueAt <= entry.at;
    if (by !== undefined) this.#why = `${askedText(entry)} skipped the task`;
    else if (reason !== undefined) this.#why = `${this.#why}; skipped, because ${reason}`;
    this.ended("skipped", entry);
    this.#reached = reached;
  }

  /** Of an attempt that was under way when its task was cancelled or skipped: nobody waited for it any more. */
  late(entry: HistoryEntry): void {
    const last = this.#attempts.at(-1);
    if (last !== undefined && last.attempt === entry.attempt) {
      this.#attempts.pop();
      this.#why = `${last.why}; the task was ${last.outcome} before it ended`;
    }
    this.ended("late", entry);
  }

  ended(outcome: AttemptOutcome, entry: HistoryEntry): void {
    const { at, attempt = 1, startedAt = this.#began?.at, durationMs, request, answer, untold, error } = entry;
    const worker = entry.worker ?? this.#began?.worker ?? this.#began?.by;
    this.#push({
      attempt,
      outcome,
      endedAt: at,
      ...(startedAt !== undefined && { startedAt }),
      ...(durationMs !== undefined && { durationMs }),
      ...(worker !== undefined && { worker }),
      ...(request !== undefined && { request }),
      ...(answer !== undefined && { answer }),
      ...(untold !== undefined && { untold }),
      ...(error !== undefined && { error }),
    });
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (mayHaveReached(entry)) this.#reached = true;
  }

  /** The task, or the whole job, is begun again: retries count anew. */
  again(why: string, dueAt = 0): void {
    this.#dueAt = dueAt;
    this.#why = why;
    this.#retries = 0;
  }

  #push(attempt: Omit<ExplainedAttempt, "why">): void {
    this.#attempts.push({ ...attempt, ...this.#reason() });
    this.#began = undefined;
  }

  #reason(): Pick<ExplainedAttempt, "why" | "calledAgain"> {
    return { why: this.#why, ...(this.#reached && this.#calls && { calledAgain: true }) };
  }
}
