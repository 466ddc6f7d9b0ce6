import type { NewcomerJob, Placement } from "../../../src/jobs/placement/placement.ts";
import { type JobId, newJobId, type WorkerId } from "../../../src/model/ids.ts";

/** Stores each start with that worker's lease, as another process of the fleet does, and then tells it by `hint`. */
export function assignedTo(worker: WorkerId, hint: (id: JobId) => void = () => undefined): Placement {
  const nothing = (): void => undefined;
  return { reserve: () => ({ worker, take: ({ id }) => hint(id), giveUp: nothing, doubt: nothing }) };
}

/** A job of that workflow that is about to be stored. */
export function newcomer(workflow = "sample"): NewcomerJob {
  return { id: newJobId(Date.now()), workflow: { name: workflow, version: 1, digest: "d" } };
}
