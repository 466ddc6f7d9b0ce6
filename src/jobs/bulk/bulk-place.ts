import type { JobId } from "../../model/ids.ts";
import type { JobKey } from "../../store/search.ts";

/**
 * How far a walk has come. It goes once from the oldest job to the youngest that was there when it began, so that it ends, although jobs that are
 * begun anew may fail again, and others fail meanwhile.
 */
export interface BulkPlace {
  /** When the walk began, epoch ms. */
  readonly asOf: number;
  /** Nothing up to here is looked at again; absent: it was broken off before it came anywhere. */
  readonly after?: JobKey;
  /** Behind that place, these are done already: fewer than are under way at once. */
  readonly done: readonly JobId[];
  /** Jobs met so far, and how many there were to be met, where the store kept count of them. */
  readonly met: number;
  readonly expected?: number;
}
