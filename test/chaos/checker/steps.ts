import type { Evidence, FinalJob, Transition } from "./evidence.ts";

/** What the jobs of a run call. */
export interface Steps {
  /** Each step of a job, its children's among them, by the name under which the receiver and the history know it. */
  readonly tasks: readonly string[];
  /** Pairs of which the second must not be called before the first has its result. */
  readonly order: readonly (readonly [before: string, after: string])[];
  /** As what a job ends when nothing is wrong; absent: done. */
  readonly end?: "done" | "failed";
}

/** One step after the other. */
export function chainOf(tasks: readonly string[]): Steps {
  const order = tasks.slice(1).map((task, index) => [tasks[index] ?? "", task] as const);
  return { tasks, order };
}

/** A job that a client started, with all that became of it. */
export interface Whole {
  readonly job: FinalJob;
  /** Its own and those of the jobs that it started. */
  readonly history: readonly Transition[];
}

/** The jobs that clients started. */
export function wholes({ jobs }: Evidence): Whole[] {
  const children = Map.groupBy(
    jobs.filter(({ parent }) => parent !== undefined),
    ({ marker }) => marker,
  );
  const roots = jobs.filter(({ parent }) => parent === undefined);
  return roots.map((job) => ({
    job,
    history: [...job.history, ...(children.get(job.marker) ?? []).flatMap(({ history }) => history)],
  }));
}

/** When the result of a step was recorded, epoch ms. */
export function resultAt({ history }: Whole, task: string): number | undefined {
  return history.find((entry) => entry.task === task && entry.type === "task_completed")?.atWallMs;
}
