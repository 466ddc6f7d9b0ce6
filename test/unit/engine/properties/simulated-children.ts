import type { ChildEnded, Event } from "../../../../src/model/decision/event.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { StartJob } from "../../../../src/model/job/outward/effect.ts";

/** The jobs that a job called, each call of which is answered some time, perhaps more than once and late. */
export class SimulatedChildren {
  readonly #called = new Map<number, StartJob>();

  /** Remembers whom the job calls. */
  see({ effects = [] }: Job): void {
    for (const effect of effects) if (effect.kind === "start_job") this.#called.set(effect.id, effect);
  }

  /** An answer to one of all calls, picked by a number. */
  answer(pick: number, outcome: ChildEnded["outcome"]): Event | undefined {
    const calls = [...this.#called.values()];
    const start = calls[pick % Math.max(1, calls.length)];
    return start === undefined ? undefined : answerTo(start, outcome);
  }

  /** Answers to all calls. */
  answers(): Event[] {
    return [...this.#called.values()].flatMap((start) => answerTo(start, done) ?? []);
  }
}

const done: ChildEnded["outcome"] = { kind: "succeeded", result: { response: { json: "done" } } };

/** Some of what the job owes was done. */
export function acknowledged({ effects = [] }: Job, pick: number): Event {
  return { kind: "effects_delivered", ids: effects.slice(0, pick % 4).map(({ id }) => id), refused: [] };
}

/** All that the job owes was done, calls too that were called off since: nobody answers those. */
export function allDone({ effects = [] }: Job): Event {
  return { kind: "effects_delivered", ids: effects.map(({ id }) => id), refused: [] };
}

function answerTo({ job: child, parent }: StartJob, outcome: ChildEnded["outcome"]): Event | undefined {
  if (parent === undefined) return undefined;
  const { run, path, iteration, call } = parent;
  return { kind: "child_ended", child, run, path, iteration, call, outcome };
}
