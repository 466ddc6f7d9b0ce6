import { WorkflowsError } from "../errors.ts";
import type { JobId } from "../ids.ts";
import { topicFor } from "../takes.ts";
import type { Node, Workflow } from "../workflow.ts";
import { defaultPriority } from "./priority.ts";

/**
 * Shape of a job's record. 1: tasks, one after the other or side by side. 2: it may also wait for what is no task, and for other jobs; it has a parent,
 * or effects, is retried or undone by itself, is of a workflow that may have only so many with workers, or has another than the usual priority. 3: it has a
 * topic of its own. Programs that know only lower ones leave it alone, and would lose what they do not know of it.
 */
export type JobFormat = 1 | 2 | 3;

/** The newest one that this program knows. */
export const newestFormat = 3;

export function isKnownFormat(format: number): format is JobFormat {
  return format === 1 || format === 2 || format === 3;
}

/** It is left to programs that know its format: lists show what they can of it. */
export class JobTooNew extends WorkflowsError {
  constructor(id: JobId, { format, status }: { readonly format: number; readonly status: string }) {
    const what = `Job ${id} (format ${format}, ${status}) was stored by a newer release and cannot be read by this one`;
    super("job_too_new", `${what}: ask a server of the newer release, or upgrade this one`);
    this.name = "JobTooNew";
  }
}

/** What a job of that workflow has to be, started by another job or not. */
export function formatFor(
  {
    root,
    retry,
    onFailure,
    maxRunning,
    topic,
  }: Pick<Workflow, "root" | "retry" | "onFailure" | "maxRunning" | "topic">,
  { isStartedByJob, priority = defaultPriority }: { readonly isStartedByJob: boolean; readonly priority?: number },
): JobFormat {
  if (topicFor({ topic }).topic !== undefined) return 3;
  const hasMore = retry !== undefined || onFailure !== undefined || maxRunning !== undefined;
  return isStartedByJob || hasMore || priority !== defaultPriority || !isPlain(root) ? 2 : 1;
}

/** Tasks without an undo, one after the other or side by side. */
function isPlain(node: Node): boolean {
  switch (node.kind) {
    case "task":
      return node.undo === undefined;
    case "sequence":
    case "parallel":
      return node.children.every(isPlain);
    default:
      return false;
  }
}
