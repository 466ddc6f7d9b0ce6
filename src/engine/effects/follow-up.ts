import type { Change } from "../../model/decision/decision.ts";
import type { ChildEnded, Event } from "../../model/decision/event.ts";
import { mergeChanges } from "../../model/decision/merge-changes.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { evolve } from "../../model/job/evolve.ts";
import { executionAt, withTasks } from "../../model/job/executions.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { type CancelJob, type Effect, nextEffectId, type TellParent } from "../../model/job/outward/effect.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Node, SubWorkflowNode, Workflow } from "../../model/workflow.ts";
import { callChild, inputBytes } from "./call-child.ts";
import { childEnded } from "./child-ended.ts";
import { onFailure } from "./on-failure.ts";

/**
 * The change, with what follows from it for other jobs: children that begin to be waited for are called, those that nobody waits for any more called off, and the
 * parent is told of the end, and what is to be started after a failure is. A child that cannot be called fails the execution that waits for it, in the same step.
 */
export function withFollowUp(model: Workflow, job: Job, event: Event, change: Change, moment: Moment): Change {
  const calls = callsOthers(model.root);
  // A job that ends without its definition has called whom its tasks tell.
  const hasCalled = calls || change.tasks.some(({ child }) => child !== undefined);
  if (!hasCalled && job.parent === undefined && model.onFailure === undefined) return change;
  const before = change.effects ?? job.effects ?? [];
  // A job that is begun anew has not ended: its parent hears of the next end.
  const owed = change.renewal === undefined ? [...before] : before.filter(({ kind }) => kind !== "tell_parent");
  if (hasCalled) owed.push(...calledOff(job, event, change, owed, moment));
  const called = calls && mayCall(change) ? call(model, job, change, owed, moment) : nothingCalled;
  // Also where what is begun anew ends in the same step.
  const hasEnded = isFinal(change.status) && (!isFinal(job.status) || change.renewal !== undefined);
  if (hasEnded && job.parent !== undefined) owed.push(end(job, owed, moment));
  const afterFailure = onFailure(model, job, change, nextEffectId(job.version, owed), moment);
  if (afterFailure?.kind === "start") owed.push(afterFailure.effect);
  const told = afterFailure?.kind === "refused" && { history: [...change.history, afterFailure.told] };
  const isSame = owed.length === before.length && owed.every((effect, index) => effect === before[index]);
  const whole = { ...change, ...called.change, ...told, ...(!isSame && { effects: owed }) };
  return called.failures.reduce((sofar, failure) => failedCall(model, job, sofar, failure, moment), whole);
}

interface Called {
  readonly change: Partial<Change>;
  readonly failures: readonly ChildEnded[];
}

const nothingCalled: Called = { change: {}, failures: [] };

/** Nothing new begins while a job is paused: what was to be called then is called when it is resumed. */
function mayCall({ status }: Change): boolean {
  return status !== "paused" && !isFinal(status);
}

/** Calls every child that is waited for, has not been called, and fits into the job beside what is owed to others. Adds what is owed for it to `owed`. */
function call(model: Workflow, job: Job, change: Change, owed: Effect[], moment: Moment): Called {
  const places = placesOf(model.root);
  const tasks = change.renewal?.tasks === "replaced" ? change.tasks : withTasks(job.tasks, change.tasks);
  const waiting: TaskExecution[] = [];
  const failures: ChildEnded[] = [];
  let next = nextEffectId(job.version, owed);
  let owedBytes: number | undefined;
  for (const task of tasks) {
    const standing = places.get(task.path);
    if (task.status !== "awaiting" || task.child !== undefined || standing?.node.kind !== "sub_workflow") continue;
    const { node, repeaters } = standing;
    owedBytes ??= inputBytes(owed);
    const called = callChild(
      { ...job, run: change.renewal?.run ?? job.run, bytes: change.bytes, tasks },
      places,
      { node, repeaters, task, call: next++, owedBytes },
      moment,
    );
    if (called.kind === "waits") break; // whatever tells that one of the others was started comes here again
    const { newKey: _told, ...told } = task;
    waiting.push({ ...(called.kind === "called" ? told : task), child: called.child });
    if (called.kind === "failed") failures.push(called.failure);
    else {
      owed.push(called.start);
      owedBytes += inputBytes([called.start]);
    }
  }
  if (waiting.length === 0) return nothingCalled;
  const isBegun = change.status === "pending" && waiting.some(({ scheduledAt }) => scheduledAt <= moment.nowMs);
  const begun = isBegun && { status: "running" as const, startedAt: moment.nowMs };
  return { change: { tasks: withTasks(change.tasks, waiting), ...begun }, failures };
}

function failedCall(model: Workflow, job: Job, change: Change, failure: ChildEnded, moment: Moment): Change {
  const sofar = evolve(job, change, job.version);
  const decision = childEnded(model, sofar, failure, moment);
  if (decision.kind === "ignored") return change; // what failed before it has ended the job, or this branch
  return mergeChanges(change, withFollowUp(model, sofar, failure, decision, moment));
}

/** Ends the children of executions that ended before their children told of theirs. */
function calledOff(job: Job, event: Event, change: Change, owed: readonly Effect[], moment: Moment): CancelJob[] {
  let next = nextEffectId(job.version, owed);
  return change.tasks.flatMap((task): CancelJob[] => {
    const before = executionAt(job.tasks, task);
    if (before?.child === undefined || !isOpen(before) || isOpen(task)) return [];
    const { child } = before;
    if (event.kind === "child_ended" && event.child === child.id) return [];
    const why = { by: `job ${job.id}`, reason: "The job that called it does not wait for it any more" };
    return [{ kind: "cancel_job", id: next++, at: moment.nowMs, job: child.id, call: child.call, ...why }];
  });
}

function end(job: Job, owed: readonly Effect[], moment: Moment): TellParent {
  return { kind: "tell_parent", id: nextEffectId(job.version, owed), at: moment.nowMs };
}

const known = new WeakMap<Node, boolean>();

/** Whether jobs of that tree may call others. Worked out once a tree. */
function callsOthers(root: Node): boolean {
  let calls = known.get(root);
  if (calls === undefined) {
    calls = [...placesOf(root).values()].some(
      ({ node }) => node.kind === ("sub_workflow" satisfies SubWorkflowNode["kind"]),
    );
    known.set(root, calls);
  }
  return calls;
}
