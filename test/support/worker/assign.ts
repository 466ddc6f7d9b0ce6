import type { Placement } from "../../../src/jobs/placement/placement.ts";
import type { JobId, WorkerId } from "../../../src/model/ids.ts";

/** Stores each start with that worker's lease, as another process of the fleet does, and then tells it by `hint`. */
export function assignedTo(worker: WorkerId, hint: (id: JobId) => void = () => undefined): Placement {
  const nothing = (): void => undefined;
  return { reserve: () => ({ worker, take: ({ id }) => hint(id), giveUp: nothing, doubt: nothing }) };
}
