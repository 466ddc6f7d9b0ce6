import { Overloaded, StoreUnavailable } from "../model/errors.ts";
import type { JobId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";
import type { Log } from "../model/log.ts";
import { defaultTopic } from "../model/takes.ts";
import type { Workflow } from "../model/workflow.ts";
import { applyEvents } from "./apply.ts";
import type { Deps } from "./deps.ts";
import { hintAt } from "./hint.ts";

/** Stands for a definition that cannot be had, in a job that is failed for it. */
export function withoutTasks({ workflow }: Pick<Job, "workflow">): Workflow {
  return {
    ...workflow,
    description: "",
    inputParameters: [],
    optionalParameters: [],
    secretParameters: [],
    topic: defaultTopic,
    ephemeral: false,
    root: { kind: "sequence", children: [] },
  };
}

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
    await fail(deps, log, id, error);
    return undefined;
  }
}

async function fail(deps: Deps, log: Log, id: JobId, reason: unknown): Promise<void> {
  try {
    const job = await deps.store.jobs.get(id);
    if (job === undefined) return;
    const message = `The job could not be continued: ${reason instanceof Error ? reason.message : String(reason)}`;
    const applied = await applyEvents(deps, withoutTasks(job), job, [{ kind: "defect", message }]);
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
