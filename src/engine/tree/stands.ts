import type { Moment } from "../../model/decision/moment.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Node, Workflow } from "../../model/workflow.ts";
import { advance } from "../nodes/advance.ts";
import { Look } from "./look/look.ts";
import type { Advance, Progress } from "./progress.ts";

type Kind = Progress["kind"];

/** How far each node of a job has come, in each of its iterations. */
export interface Stands {
  /** Undefined for what has not been reached. */
  of(node: Node, iteration: number): Kind | undefined;
  /** By iteration. */
  all(node: Node): ReadonlyMap<number, Kind>;
}

const none: ReadonlyMap<number, Kind> = new Map();

/** `tasks`: those of the job as they would be. */
export function standsOf(model: Workflow, job: Job, tasks: readonly TaskExecution[], moment: Moment): Stands {
  const seen = new Map<Node, Map<number, Kind>>();
  const look: Advance = (node, view) => {
    const progress = advance(node, view, look);
    const iterations = seen.get(node) ?? new Map<number, Kind>();
    seen.set(node, iterations.set(view.iteration, progress.kind));
    return progress;
  };
  look(model.root, new Look(model, job, tasks, job.bytes, moment).view());
  return { of: (node, iteration) => seen.get(node)?.get(iteration), all: (node) => seen.get(node) ?? none };
}
