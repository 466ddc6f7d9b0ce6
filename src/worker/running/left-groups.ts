import { setTimeout as delay } from "node:timers/promises";
import { applyEvent } from "../../jobs/apply.ts";
import type { Deps } from "../../jobs/deps.ts";
import type { Event } from "../../model/decision/event.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { isSameGroup, type ProcessGroup } from "../../model/job/process-group.ts";
import type { Log } from "../../model/log.ts";
import type { GroupFate } from "../../processes/left-group.ts";

export interface LeftGroupsHost {
  readonly deps: Pick<Deps, "store" | "catalog" | "moment" | "notifier">;
  readonly log: Log;
  endLeftGroup(group: ProcessGroup): Promise<GroupFate>;
}

/** How long a worker that lost a job may take to end its processes and to say so: it lets them clean up first. */
const newsWithinMs = 12_000;
const lookEveryMs = 500;

/** How long a worker tries to tell a store that does not answer; whoever comes later on the same machine sees for itself. */
const tellWithinMs = 60_000;

export function groupsOf(job: Job): ProcessGroup[] {
  return job.tasks.flatMap(({ processGroups }) => processGroups ?? []);
}

/** Sees to it that nothing runs any more of what earlier attempts of a job started. Answers what is to be told of it; never rejects. */
export async function endLeftGroups(host: LeftGroupsHost, job: Job, fence: number): Promise<Event[]> {
  const events: Event[] = [];
  for (const group of groupsOf(job)) {
    const about = { job: job.id, host: group.host, group: group.pid };
    if ((await host.endLeftGroup(group)) === "ended") {
      host.log.info(about, "processes of an earlier attempt are gone");
      events.push({ kind: "process_group_ended", group });
    } else if (!(await toldElsewhere(host, job.id, group))) {
      host.log.warn(about, "processes of an earlier attempt may live where this worker cannot see them");
      events.push({ kind: "process_group_unknown", fence, group });
    }
  }
  return events;
}

/** Waits for their own worker's word that they are gone. */
async function toldElsewhere({ deps, log }: LeftGroupsHost, id: JobId, group: ProcessGroup): Promise<boolean> {
  const until = performance.now() + newsWithinMs;
  do {
    try {
      const job = await deps.store.jobs.get(id);
      if (job === undefined || !groupsOf(job).some((one) => isSameGroup(one, group))) return true;
    } catch (error) {
      log.warn({ job: id, err: error }, "a job could not be looked up");
    }
    await delay(lookEveryMs);
  } while (performance.now() < until);
  return false;
}

/** Tells that processes of a job that is not ours any more are gone: its next worker waits for that. Never rejects. */
export async function tellEnded({ deps, log }: LeftGroupsHost, id: JobId, group: ProcessGroup): Promise<void> {
  const until = performance.now() + tellWithinMs;
  for (;;) {
    try {
      await applyEvent(deps, id, { kind: "process_group_ended", group });
      return;
    } catch (error) {
      const again = error instanceof StoreUnavailable || error instanceof Overloaded;
      if (!again || performance.now() > until)
        return log.warn({ job: id, err: error }, "it could not be told that processes of a job are gone");
      await delay(lookEveryMs);
    }
  }
}

/** The ends of attempts could not be stored: their processes are gone all the same. */
export function tellEndedOf(host: LeftGroupsHost, id: JobId, events: readonly Event[]): void {
  for (const event of events)
    if (event.kind === "attempt_finished" && event.group !== undefined) void tellEnded(host, id, event.group);
}
