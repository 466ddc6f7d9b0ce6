import type { Outcome } from "../../../src/model/job/task-execution.ts";
import type { AttemptAsk, AttemptRunner } from "../../../src/worker/attempt-runner.ts";
import { eventually } from "../eventually.ts";

export interface OpenAttempt extends AttemptAsk {
  /** Ends the attempt; the first end counts. */
  settle(outcome: Outcome): void;
}

/** What decides how an attempt ends: at once, or undefined to leave it open until the test settles it. */
export type Answer = (ask: AttemptAsk) => Outcome | undefined;

export const success: Outcome = { kind: "succeeded", result: { response: "done" } };

export function failure(retryAfterMs?: number): Outcome {
  return {
    kind: "failed",
    error: { code: "refused", message: "not now" },
    retryable: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** The edge of a worker: attempts that a test watches and ends. An aborted one says that it was interrupted, unless it is deaf. */
export class Attempts {
  /** All that were ever begun. */
  readonly begun: AttemptAsk[] = [];
  readonly #open = new Set<OpenAttempt>();
  #answer: Answer;
  #deaf = false;
  readonly #targetOf: (ask: AttemptAsk) => string | undefined;

  /** `targetOf`: whom an attempt calls. */
  constructor(answer: Answer = () => undefined, targetOf: (ask: AttemptAsk) => string | undefined = () => undefined) {
    this.#answer = answer;
    this.#targetOf = targetOf;
  }

  readonly run: AttemptRunner = async (ask) => {
    const target = this.#targetOf(ask);
    if (!(await ask.enter(target, target))) return { kind: "interrupted" };
    this.begun.push(ask);
    await Promise.resolve();
    return (ask.signal.aborted && !this.#deaf ? { kind: "interrupted" } : this.#answer(ask)) ?? this.#untilSettled(ask);
  };

  get open(): readonly OpenAttempt[] {
    return [...this.#open];
  }

  get aborted(): readonly OpenAttempt[] {
    return this.open.filter(({ signal }) => signal.aborted);
  }

  /** From now on attempts end like this, also those that are open. */
  answer(answer: Answer): void {
    this.#answer = answer;
    for (const attempt of this.open) {
      const outcome = answer(attempt);
      if (outcome !== undefined) attempt.settle(outcome);
    }
  }

  /** From now on aborted attempts go on. */
  ignoreAborts(): void {
    this.#deaf = true;
  }

  /** Waits until so many attempts are open at once. */
  async whenOpen(count: number): Promise<readonly OpenAttempt[]> {
    return eventually(`${count} attempts are open`, () => this.open.length === count && this.open);
  }

  /** Waits for the only open attempt. */
  async next(): Promise<OpenAttempt> {
    const [attempt] = await this.whenOpen(1);
    if (attempt === undefined) throw new Error("No attempt is open");
    return attempt;
  }

  #untilSettled(ask: AttemptAsk): Promise<Outcome> {
    return new Promise((resolve) => {
      const attempt: OpenAttempt = {
        ...ask,
        settle: (outcome) => {
          this.#open.delete(attempt);
          resolve(outcome);
        },
      };
      this.#open.add(attempt);
      ask.signal.addEventListener("abort", () => {
        if (!this.#deaf) attempt.settle({ kind: "interrupted" });
      });
    });
  }
}
