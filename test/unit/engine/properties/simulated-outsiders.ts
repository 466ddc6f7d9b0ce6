import type { Event } from "../../../../src/model/decision/event.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { TaskExecution } from "../../../../src/model/job/task-execution.ts";

export type OutsideStep = "poll" | "heartbeat" | "complete" | "fail";

/** Workers from outside: each takes what it finds, and says something of it some time, perhaps twice and late. */
export class SimulatedOutsiders {
  readonly #taken: { readonly token: string; readonly path: string; readonly iteration: number }[] = [];

  event(what: OutsideStep, pick: number, job: Job): Event | undefined {
    if (what === "poll") return this.#poll(pick, job);
    const about = this.#taken[pick % Math.max(1, this.#taken.length)];
    if (about === undefined) return undefined;
    switch (what) {
      case "heartbeat":
        return { kind: "external_heartbeat", ...about, leaseMs };
      case "complete":
        return { kind: "external_completed", ...about, output: pick };
      case "fail":
        return { kind: "external_failed", ...about, error, retryable: pick % 3 > 0 };
      default:
        return what satisfies never;
    }
  }

  /** Takes and completes everything that nobody has. */
  all(job: Job): Event[] {
    return job.tasks.filter(isOffered).flatMap((task) => {
      const about = this.#take(task);
      return [
        { kind: "external_polled", ...about, worker: "outside", leaseMs },
        { kind: "external_completed", ...about, output: null },
      ] as const;
    });
  }

  #poll(pick: number, { tasks }: Job): Event | undefined {
    const offered = tasks.filter(isOffered);
    const task = offered[pick % Math.max(1, offered.length)];
    if (task === undefined) return undefined;
    return { kind: "external_polled", ...this.#take(task), worker: "outside", leaseMs };
  }

  #take({ path, iteration }: TaskExecution) {
    const about = { path, iteration, token: `t${this.#taken.length}` };
    this.#taken.push(about);
    return about;
  }
}

const leaseMs = 1500;
const error = { code: "refused", message: "it does not want to" };

/** Whether or not somebody has it: what a poll finds may be taken when it comes. */
function isOffered({ external, status }: TaskExecution): boolean {
  return external !== undefined && status === "awaiting";
}
