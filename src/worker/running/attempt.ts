import type { AttemptStarted, Event } from "../../model/decision/event.ts";
import type { Job } from "../../model/job/job.ts";
import type { ProcessGroup } from "../../model/job/process-group.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { TaskNode, Workflow } from "../../model/workflow.ts";
import type { AttemptRunner } from "../attempt-runner.ts";
import type { ExpectedTargets } from "../slots/expected-targets.ts";
import { type LeftGroupsHost, tellEnded } from "./left-groups.ts";
import type { RunAttempt } from "./open-attempts.ts";
import { runSafely } from "./run-safely.ts";

export interface AttemptParts {
  readonly host: LeftGroupsHost & { readonly run: AttemptRunner; readonly targets: ExpectedTargets };
  readonly model: Workflow;
  readonly job: Job;
  readonly execution: TaskExecution;
  /** Absent where the workflow does not have the task. */
  readonly node: TaskNode | undefined;
  readonly about: Omit<AttemptStarted, "kind">;
  /** Has it stored that the attempt began; false: it must not. */
  readonly noted: (about: Omit<AttemptStarted, "kind">) => Promise<boolean>;
  /** The job is not this worker's any more. */
  readonly over: () => boolean;
}

/** Runs an attempt; undefined where there is nothing to tell of it. Never rejects. */
export async function runOpenAttempt(
  { host, model, job, execution, node, about, noted, over }: AttemptParts,
  ...[signal, enter]: Parameters<RunAttempt>
): Promise<Event | undefined> {
  const now = (): number => host.deps.moment().nowMs;
  let [startedAt, beganAt, refused] = [now(), performance.now(), false];
  let group: ProcessGroup | undefined;
  let target: string | undefined;
  const mayCall = async (called: string | undefined, shown: string | undefined): Promise<boolean> => {
    target = shown;
    host.targets.learn(job.workflow, about.path, called);
    refused = !(await enter(called)) || over() || (node?.whenLost === "fail" && !(await noted(about)));
    [startedAt, beganAt] = [now(), performance.now()];
    return !refused;
  };
  const began = (started: ProcessGroup): Promise<boolean> => {
    group = started;
    host.ownGroups.add(started);
    return noted({ ...about, group: started });
  };
  const asked = { workflow: model, job, execution, signal, enter: mayCall, began };
  const outcome = await runSafely(host, node, asked);
  if (group !== undefined) host.ownGroups.delete(group);
  if (outcome.kind === "failed" && outcome.processesMayLive) group = undefined; // nobody may be told that it is gone
  if (over() && group !== undefined) await tellEnded(host, job.id, group);
  if (refused || (over() && outcome.kind === "interrupted")) return undefined;
  const durationMs = Math.round((performance.now() - beganAt) * 1000) / 1000;
  return {
    kind: "attempt_finished",
    ...about,
    startedAt,
    durationMs,
    outcome,
    ...(target !== undefined && { target }),
    ...(group !== undefined && { group }),
  };
}
