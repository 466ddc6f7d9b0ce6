import { Overloaded, StoreUnavailable } from "../model/errors.ts";
import type { JobId } from "../model/ids.ts";
import type { Log } from "../model/log.ts";
import { applyEvents } from "./apply.ts";
import { failureFor, withoutTasks } from "./can-only-end.ts";
import type { Deps } from "./deps.ts";
import { hintAt } from "./hint.ts";

/**
 * Does work on one of many jobs that nobody asked about by its name. One that cannot be decided, or whose definition cannot be read, is failed with the reason: it would be met
 * again and again, before all that come after it. One that cannot even be read stays, for a newer program perhaps. Throws the store's failures alone.
 */
export async function orFail<Answer>(
  deps: Deps,
  log: Log,
  id: JobId,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isOfStore(error)) throw error;
    log.error({ job: id, err: error }, "a job could not be continued");
    await failBroken(deps, log, id, error);
    return undefined;
  }
}

/** Fails a job that cannot be continued for that reason. Throws the store's failures alone. */
export async function failBroken(deps: Deps, log: Log, id: JobId, reason: unknown): Promise<void> {
  try {
    const job = await deps.store.jobs.get(id);
    if (job === undefined) return;
    const error = failureFor("The job could not be continued", reason);
    const applied = await applyEvents(deps, withoutTasks(job), job, [{ kind: "defect", error }]);
    if (applied.kind === "committed") hintAt(deps, applied.job);
  } catch (error) {
    if (isOfStore(error)) throw error;
    log.error({ job: id, err: error }, "a job can neither be continued nor failed");
  }
}

/** Says nothing of the job: whoever asks again may succeed. */
export function isOfStore(error: unknown): boolean {
  return error instanceof StoreUnavailable || error instanceof Overloaded;
}
