import type { ChildEnded } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { childJobId } from "../../model/ids.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { Job } from "../../model/job/job.ts";
import type { Effect, ParentRef, StartJob } from "../../model/job/outward/effect.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { Places, Repeater } from "../../model/tree/places.ts";
import type { SubWorkflowNode } from "../../model/workflow.ts";
import { jobScope } from "../../template/job-scope.ts";
import { render } from "../../template/render.ts";
import { RenderError } from "../../template/render-error.ts";
import { bytesOf } from "../result-size.ts";

/** A workflow that starts itself has to end, too. */
const maxDepth = 16;

/** Which execution waits, where it stands, and the number of the call. */
export interface Caller {
  readonly node: SubWorkflowNode;
  readonly repeaters: readonly Repeater[];
  readonly task: TaskExecution;
  readonly call: number;
  /** Of the inputs of jobs that are still to be started: `inputBytes`. */
  readonly owedBytes: number;
}

type Child = NonNullable<TaskExecution["child"]>;

export type ChildCall =
  | { readonly kind: "called"; readonly child: Child; readonly start: StartJob }
  | { readonly kind: "failed"; readonly child: Child; readonly failure: ChildEnded }
  /** It fits into the job only when others have been started. */
  | { readonly kind: "waits" };

/** Of the inputs of all jobs that are to be started, as they count for the size of the job that owes it. */
export function inputBytes(owed: readonly Effect[]): number {
  return owed.reduce((sum, effect) => sum + (effect.kind === "start_job" ? bytesOf(effect.input) : 0), 0);
}

/** The start of a child, or why there is none. Its id is the same at each call of this run, until a retry after undos takes back what it was called with. */
export function callChild(job: Job, places: Places, caller: Caller, moment: Moment): ChildCall {
  const { node, task, call } = caller;
  const { path, iteration } = task;
  const id = childJobId(job.id, job.run, path, iteration, task.generation);
  const parent: ParentRef = { id: job.id, run: job.run, path, iteration, call, depth: (job.parent?.depth ?? 0) + 1 };
  const child = { id, call };
  const input = inputFor(job, places, caller, parent.depth, moment);
  if (input === "waits") return { kind: "waits" };
  if ("code" in input) {
    const outcome = { kind: "failed", error: input } as const;
    return {
      kind: "failed",
      child,
      failure: { kind: "child_ended", child: id, run: job.run, path, iteration, call, outcome },
    };
  }
  const { workflow, version } = node;
  const key = task.newKey && { newKey: true as const };
  // One row with its parent: a child whose failure starts another job must not count from 1 again.
  const row = job.afterFailures !== undefined && { afterFailures: job.afterFailures };
  const later = task.scheduledAt > moment.nowMs && { notBefore: task.scheduledAt }; // as its parent
  const what = {
    job: id,
    workflow,
    ...(version !== undefined && { version }),
    input: input.values,
    ...key,
    ...later,
    ...row,
    parent,
  };
  return { kind: "called", child, start: { kind: "start_job", id: call, at: moment.nowMs, ...what } };
}

function inputFor(
  job: Job,
  places: Places,
  { node, repeaters, task, owedBytes }: Caller,
  depth: number,
  moment: Moment,
): { readonly values: JsonObject } | Failure | "waits" {
  if (depth > maxDepth) {
    const message = `"${node.name}" would start a job ${depth} levels deep, over the limit of ${maxDepth}: does workflow ${node.workflow} start itself?`;
    return { code: "too_deep", message };
  }
  try {
    const values = render(
      node.input,
      jobScope(job, places, { repeaters, iteration: task.iteration }, () => undefined),
    );
    if (!isJsonObject(values))
      return { code: "no_object", message: `"${node.name}" gives inputs by name, and what it found is no object` };
    const bytes = Buffer.byteLength(JSON.stringify(values));
    const { maxInputBytes, maxJobBytes } = moment.limits;
    if (bytes > maxInputBytes) {
      const message = `The input for workflow ${node.workflow} has ${bytes} bytes, over the limit of ${maxInputBytes} (max_input_bytes)`;
      return { code: "input_too_large", message };
    }
    if (job.bytes + owedBytes + bytesOf(values) <= maxJobBytes) return { values };
    if (owedBytes > 0) return "waits";
    const message = `Input and results together, and the input for workflow ${node.workflow}, are over ${maxJobBytes} bytes (max_job_bytes)`;
    return { code: "job_too_large", message };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { code: error.code, message: error.message };
  }
}
