import type { Event } from "../../../../src/model/decision/event.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Step } from "./arbitraries.ts";
import { acknowledged, allDone, SimulatedChildren } from "./simulated-children.ts";
import { SimulatedOutsiders } from "./simulated-outsiders.ts";

/** What is done for a job elsewhere: by the jobs that it called, and by workers from outside. */
export class Elsewhere {
  readonly #children = new SimulatedChildren();
  readonly #outsiders = new SimulatedOutsiders();

  see(job: Job): void {
    this.#children.see(job);
  }

  event(step: Extract<Step, { kind: "answer" | "outside" | "acknowledge" }>, job: Job): Event | undefined {
    switch (step.kind) {
      case "answer":
        return this.#children.answer(step.child, step.outcome);
      case "outside":
        return this.#outsiders.event(step.what, step.task, job);
      case "acknowledge":
        return acknowledged(job, step.count);
      default:
        return step satisfies never;
    }
  }

  /** Everything that the job waits for is done, and everything that it owes. */
  all(job: Job): Event[] {
    return [...this.#children.answers(), ...this.#outsiders.all(job), allDone(job)];
  }
}
