import { decide } from "../engine/decide.ts";
import type { Change, IgnoredReason } from "../model/decision/decision.ts";
import type { Event } from "../model/decision/event.ts";
import { mergeChanges } from "../model/decision/merge-changes.ts";
import type { JobId } from "../model/ids.ts";
import { evolve } from "../model/job/evolve.ts";
import { type Job, ranElsewhere } from "../model/job/job.ts";
import type { Workflow } from "../model/workflow.ts";
import { isOfIncomplete, jobIncomplete, onlyEnd, withoutTasks } from "./can-only-end.ts";
import type { Deps } from "./deps.ts";

export type Applied =
  /** The job as the store has it now. */
  | { readonly kind: "committed"; readonly job: Job; readonly change: Change; readonly ignored: IgnoredEvents }
  /** No event changed anything; the reason is that of the last one. */
  | { readonly kind: "ignored"; readonly job: Job; readonly reason: IgnoredReason; readonly ignored: IgnoredEvents }
  | { readonly kind: "gone"; readonly id: JobId };

/** Why events changed nothing, of those that did not. */
export type IgnoredEvents = ReadonlyMap<Event, IgnoredReason>;

/** Applies events to a job of which the caller holds no copy, all in one commit. */
export async function applyEvent(deps: Deps, id: JobId, ...events: readonly Event[]): Promise<Applied> {
  const job = await deps.store.jobs.get(id);
  if (job === undefined) return { kind: "gone", id };
  if (ranElsewhere(job)) {
    const reason = "not_allowed_in_state";
    return { kind: "ignored", job, reason, ignored: new Map(events.map((event) => [event, reason])) };
  }
  return applyEvents(deps, await modelFor(deps, job, events), job, events);
}

/** Where the definition is gone, the job can end without it. Throws definition_missing. */
export async function modelFor({ catalog }: Deps, job: Job, events: readonly Event[]): Promise<Workflow> {
  try {
    return await catalog.modelOf(job.workflow);
  } catch (error) {
    if (isOfIncomplete(error) && onlyEnd(job, events)) return withoutTasks(job);
    throw error;
  }
}

/**
 * The one way to change a job: events through `decide`, in order, into one atomic commit.
 * On a conflict the newest job comes with the answer and the events are decided again. What the store refuses of several is applied
 * one by one; what it refuses of one fails the job. Throws job_too_new, and job_incomplete for all but the end of a job that lacks a part.
 */
export async function applyEvents(deps: Deps, model: Workflow, job: Job, events: readonly Event[]): Promise<Applied> {
  let current = job;
  let pending = events;
  let dropped: IgnoredEvents | undefined;
  for (;;) {
    const decided = decideAll(deps, model, current, pending);
    if (decided.kind === "ignored") return { ...decided, job: current };
    const { change } = decided;
    const commit = deps.store.jobs.commit([{ expectedVersion: current.version, was: current, change }]);
    if (change.removal !== undefined) deps.changes?.leaving(current.id, commit);
    const [answer] = await commit;
    switch (answer?.kind) {
      case "committed": {
        const after = { ...decided.job, version: answer.version };
        tellOfEffects(deps, current, after);
        deps.changes?.tell({ job: after, ...(change.removal !== undefined && { removed: true }) });
        const ignored = dropped === undefined ? decided.ignored : new Map([...dropped, ...decided.ignored]);
        return { kind: "committed", job: after, change, ignored };
      }
      case "conflict":
        current = answer.current;
        break;
      case "too_new":
        throw answer.error;
      case "refused":
        if (pending.length > 1) return applyEach(deps, model, current, pending);
        dropped = new Map(pending.map((event) => [event, "not_allowed_in_state"]));
        pending = refusal(pending, answer.reason); // what can never be stored fails the job
        break;
      case "gone":
        return { kind: "gone", id: job.id };
      case undefined:
        throw new Error("The store gave no answer to a commit");
      default:
        answer satisfies never;
    }
  }
}

/** One that the store refuses takes nothing from those before it. */
async function applyEach(deps: Deps, model: Workflow, job: Job, events: readonly Event[]): Promise<Applied> {
  let all: Applied = { kind: "gone", id: job.id };
  for (const event of events) {
    const next = await applyEvents(deps, model, all.kind === "gone" ? job : all.job, [event]);
    if (next.kind === "gone") return next;
    all = all.kind === "gone" ? next : inOne(all, next);
  }
  return all;
}

type Heard = Exclude<Applied, { kind: "gone" }>;

function inOne(first: Heard, second: Heard): Heard {
  const ignored = new Map([...first.ignored, ...second.ignored]);
  if (first.kind === "ignored") return { ...second, ignored };
  if (second.kind === "ignored") return { ...first, job: second.job, ignored };
  return { ...second, change: mergeChanges(first.change, second.change), ignored };
}

function tellOfEffects({ delivery }: Deps, before: Job, after: Job): void {
  if (delivery === undefined || after.effects === undefined || after.effects === before.effects) return;
  const known = new Set(before.effects?.map(({ id }) => id));
  if (after.effects.some(({ id }) => !known.has(id))) delivery.owed(after);
}

type Decided =
  | {
      readonly kind: "change";
      readonly change: Change;
      /** The job as the change will leave it, under its old version. */
      readonly job: Job;
      readonly ignored: IgnoredEvents;
    }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason; readonly ignored: IgnoredEvents };

function decideAll(deps: Deps, definition: Workflow, job: Job, events: readonly Event[]): Decided {
  const isIncomplete = job.damage !== undefined;
  if (isIncomplete && !onlyEnd(job, events)) throw jobIncomplete(job);
  const model = isIncomplete ? withoutTasks(job) : definition;
  let reason: IgnoredReason = "applied_before";
  let change: Change | undefined;
  let current = job;
  const ignored = new Map<Event, IgnoredReason>();
  for (const event of events) {
    const decision = decide(model, current, event, deps.moment());
    if (decision.kind === "ignored") {
      reason = decision.reason;
      ignored.set(event, reason);
      continue;
    }
    change = change === undefined ? decision : mergeChanges(change, decision);
    current = evolve(current, decision, job.version);
  }
  return change === undefined
    ? { kind: "ignored", reason, ignored }
    : { kind: "change", change, job: current, ignored };
}

function refusal(events: readonly Event[], reason: string): Event[] {
  if (events.every((event) => event.kind === "commit_refused"))
    throw new Error(`The store refuses even a job's failure: ${reason}`);
  const fence = events.map(fenceOf).find((known) => known !== undefined);
  return [{ kind: "commit_refused", reason, ...(fence !== undefined && { fence }) }];
}

/** Of leased work: a worker that is not the job's any more may not fail it. */
function fenceOf(event: Event): number | undefined {
  return "fence" in event ? event.fence : undefined;
}
