import { setTimeout as delay } from "node:timers/promises";
import { applyEvent } from "../../jobs/apply.ts";
import type { Deps } from "../../jobs/deps.ts";
import type { Event } from "../../model/decision/event.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import { executionKey } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import { isSameGroup, type ProcessGroup } from "../../model/job/process-group.ts";
import { isOpen } from "../../model/job/task-execution.ts";
import type { Log } from "../../model/log.ts";
import type { GroupFate } from "../../processes/left-group.ts";
import type { OwnGroups } from "./own-groups.ts";

export interface LeftGroupsHost {
  readonly deps: Pick<Deps, "store" | "catalog" | "moment" | "notifier" | "ephemeral">;
  readonly log: Log;
  readonly ownGroups: OwnGroups;
  /** How long a worker that lost a job may take to end its processes and to say so: it lets them clean up first. */
  readonly newsWithinMs: number;
  endLeftGroup(group: ProcessGroup): Promise<GroupFate>;
}

const lookEveryMs = 500;

/** How long a worker tries to tell a store that does not answer; whoever comes later on the same machine sees for itself. */
const tellWithinMs = 60_000;

export function groupsOf(tasks: Job["tasks"]): ProcessGroup[] {
  return tasks.flatMap(({ processGroups }) => processGroups ?? []);
}

/** Commands that nobody waits for any more are being ended: what follows, an undo perhaps, must not run beside them. */
export function endsCommands({ tasks }: Job, attempts: { has(key: string): boolean }): boolean {
  return tasks.some((task) => task.processGroups !== undefined && !isOpen(task) && attempts.has(executionKey(task)));
}

/** Sees to it that nothing runs any more of what earlier attempts of a job started. Answers what is to be told of it; never rejects. */
export async function endLeftGroups(
  host: LeftGroupsHost,
  id: JobId,
  groups: readonly ProcessGroup[],
  fence: number,
): Promise<Event[]> {
  const fates = await Promise.all(groups.map((group) => endUnlessOwn(host, group)));
  const ended = groups.filter((_, index) => fates[index] === "ended");
  const unknown = await stillHeld(
    host,
    id,
    groups.filter((group) => !ended.includes(group)),
  );
  const about = ({ host: machine, pid }: ProcessGroup) => ({ job: id, host: machine, group: pid });
  for (const group of ended) host.log.info(about(group), "processes of an earlier attempt are gone");
  for (const group of unknown)
    host.log.warn(about(group), "processes of an earlier attempt may live where this worker cannot see them");
  return [
    ...ended.map((group) => ({ kind: "process_group_ended", group }) as const),
    ...unknown.map((group) => ({ kind: "process_group_unknown", fence, group }) as const),
  ];
}

/** An attempt of this process that ends its group tells of that itself: it is waited for, as on another machine. */
function endUnlessOwn(host: LeftGroupsHost, group: ProcessGroup): Promise<GroupFate> {
  return host.ownGroups.has(group) ? Promise.resolve("unknown") : host.endLeftGroup(group);
}

/** Those of which nobody has said, when the time is over, that they are gone: their own worker may, or another one of its machine. */
async function stillHeld(
  { deps, log, newsWithinMs }: LeftGroupsHost,
  id: JobId,
  groups: readonly ProcessGroup[],
): Promise<readonly ProcessGroup[]> {
  const until = performance.now() + newsWithinMs;
  let left = groups;
  while (left.length > 0 && performance.now() < until) {
    deps.notifier.publish({ kind: "left", jobId: id });
    await delay(lookEveryMs);
    try {
      const job = await deps.store.jobs.get(id);
      const held = job === undefined ? [] : groupsOf(job.tasks);
      left = left.filter((group) => held.some((one) => isSameGroup(one, group)));
    } catch (error) {
      log.warn({ job: id, err: error }, "a job could not be looked up");
    }
  }
  return left;
}

/** The job's worker cannot see what others left of it: what of that is here is ended, and told. Never rejects. */
export async function endLeftHere(host: LeftGroupsHost, id: JobId): Promise<void> {
  try {
    const job = await host.deps.store.jobs.get(id);
    for (const group of job === undefined ? [] : leftOf(job))
      if ((await endUnlessOwn(host, group)) === "ended") await tellEnded(host, id, group);
  } catch (error) {
    host.log.warn({ job: id, err: error }, "a job could not be looked up");
  }
}

/** All but what the present holder of the job runs itself: it may have it by now that it was asked about another. */
function leftOf(job: Job): ProcessGroup[] {
  return groupsOf(job.tasks.filter(({ status, startedUnder }) => status !== "started" || startedUnder !== job.fence));
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
