import type { Event } from "../../../../src/model/decision/event.ts";
import { executionKey } from "../../../../src/model/job/executions.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { after, at, finished, heldJob, succeeded } from "../situation.ts";

/** What the task brings that ends well. */
export function bringing(json: JsonValue): Outcome {
  return { kind: "succeeded", result: { response: { statusCode: 200, body: JSON.stringify(json) } } };
}

/** The job after these tasks ended, in that order; `PATH` alone ends well, in iteration 0. */
export function ended(
  model: Workflow,
  job: Job,
  ...ends: readonly (string | readonly [path: string, outcome: Outcome, iteration?: number])[]
): Job {
  let now = job;
  for (const [index, end] of ends.entries()) {
    const [path, outcome, iteration = 0] = typeof end === "string" ? [end, succeeded] : end;
    const { attempt } = now.tasks.find((task) => executionKey(task) === executionKey({ path, iteration })) ?? {
      attempt: 0,
    };
    now = after(model, now, finished(now, outcome, { path, iteration, attempt }), at(index + 1));
  }
  return now;
}

/** A started job with that input, in the hands of a worker. */
export function held(model: Workflow, input: Job["input"] = {}): Job {
  return heldJob(model, { input });
}

/** Where each execution stands; of iterations other than 0 as `PATH#ITERATION`. */
export function statuses({ tasks }: Job): Record<string, string> {
  return Object.fromEntries(
    tasks.map(({ path, iteration, status }) => [iteration === 0 ? path : `${path}#${iteration}`, status]),
  );
}

export function told(event: string, more: { data?: JsonValue; id?: string } = {}): Event {
  return { kind: "signal", event, data: null, id: "1", by: "ada", ...more };
}
