import { setTimeout as delay } from "node:timers/promises";
import { startJob } from "../../support/workflows-api.ts";
import type { Start } from "../checker/evidence.ts";
import type { ChaosWorkflow } from "./workflows/chaos-workflow.ts";

const pauseBeforeRetryMs = 40;

/** A client that starts jobs with idempotency keys and asks again until each start is acknowledged; it keeps every answer. */
export class Starter {
  readonly #url: () => string;
  readonly #workflow: ChaosWorkflow;
  readonly #acknowledged = new Map<string, string[]>();
  readonly #patienceMs: number;
  #answers = 0;
  #retries = 0;

  /** `patienceMs`: after so long without an answer a start is given up. */
  constructor(url: () => string, workflow: ChaosWorkflow, patienceMs = 60_000) {
    this.#url = url;
    this.#workflow = workflow;
    this.#patienceMs = patienceMs;
  }

  /** Acknowledgements so far. */
  get answers(): number {
    return this.#answers;
  }

  /** Starts that were sent again because no answer came, or a 503. */
  get retries(): number {
    return this.#retries;
  }

  get starts(): readonly Start[] {
    return [...this.#acknowledged].map(([marker, acknowledged]) => ({
      marker,
      idempotencyKey: keyOf(marker),
      acknowledged,
    }));
  }

  /** Starts `count` jobs more, all at once; resolves when each is acknowledged. Every tenth is sent once more, to see it recognised. */
  async start(count: number): Promise<void> {
    const first = this.#acknowledged.size;
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    for (const number of numbers) this.#acknowledged.set(`m${number}`, []);
    await Promise.all(
      numbers.map(async (number) => {
        await this.#untilAcknowledged(`m${number}`);
        if (number % 10 === 9) await this.#untilAcknowledged(`m${number}`);
      }),
    );
  }

  async #untilAcknowledged(marker: string): Promise<void> {
    const until = performance.now() + this.#patienceMs;
    while (performance.now() < until) {
      const id = await this.#ask(marker);
      if (id !== undefined) {
        this.#acknowledged.get(marker)?.push(id);
        this.#answers += 1;
        return;
      }
      this.#retries += 1;
      await delay(pauseBeforeRetryMs);
    }
  }

  async #ask(marker: string): Promise<string | undefined> {
    const { name, inputs } = this.#workflow;
    let answer: Awaited<ReturnType<typeof startJob>>;
    try {
      answer = await startJob(this.#url(), name, { ...inputs, marker }, keyOf(marker));
    } catch {
      return undefined; // killed, or not there yet
    }
    if (answer.status === 503) return undefined;
    if (answer.status >= 300) throw new Error(`A start was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }
}

function keyOf(marker: string): string {
  return `start-${marker}`;
}
