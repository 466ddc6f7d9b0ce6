import { decide } from "../engine/decide.ts";
import type { Change, IgnoredReason } from "../model/decision/decision.ts";
import type { Event } from "../model/decision/event.ts";
import { mergeChanges } from "../model/decision/merge-changes.ts";
import type { JobId } from "../model/ids.ts";
import { evolve } from "../model/job/evolve.ts";
import type { Job } from "../model/job/job.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Deps } from "./deps.ts";

export type Applied =
  /** The job as the store has it now. */
  | { readonly kind: "committed"; readonly job: Job; readonly change: Change }
  /** No event changed anything; the reason is that of the last one. */
  | { readonly kind: "ignored"; readonly job: Job; readonly reason: IgnoredReason }
  | { readonly kind: "gone" };

/** Applies an event to a job of which the caller holds no copy. */
export async function applyEvent(deps: Deps, id: JobId, event: Event): Promise<Applied> {
  const job = await deps.store.jobs.get(id);
  if (job === undefined) return { kind: "gone" };
  if (job.readOnly === true) return { kind: "ignored", job, reason: "not_allowed_in_state" };
  return applyEvents(deps, await deps.catalog.modelOf(job.workflow), job, [event]);
}

/**
 * The one way to change a job: events through `decide`, in order, into one atomic commit.
 * On a conflict the newest job comes with the answer and the events are decided again.
 */
export async function applyEvents(deps: Deps, model: Workflow, job: Job, events: readonly Event[]): Promise<Applied> {
  let current = job;
  let pending = events;
  for (;;) {
    const decided = decideAll(deps, model, current, pending);
    if (decided.kind === "ignored") return { ...decided, job: current };
    const [answer] = await deps.store.jobs.commit([{ expectedVersion: current.version, change: decided.change }]);
    switch (answer?.kind) {
      case "committed":
        tellOfEffects(deps, current, { ...decided.job, version: answer.version });
        return { kind: "committed", job: { ...decided.job, version: answer.version }, change: decided.change };
      case "conflict":
        current = answer.current;
        break;
      case "refused":
        pending = refusal(pending, answer.reason); // what can never be stored fails the job
        break;
      case "gone":
        return { kind: "gone" };
      case undefined:
        throw new Error("The store gave no answer to a commit");
      default:
        answer satisfies never;
    }
  }
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
    }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason };

function decideAll(deps: Deps, model: Workflow, job: Job, events: readonly Event[]): Decided {
  let reason: IgnoredReason = "applied_before";
  let change: Change | undefined;
  let current = job;
  for (const event of events) {
    const decision = decide(model, current, event, deps.moment());
    if (decision.kind === "ignored") {
      reason = decision.reason;
      continue;
    }
    change = change === undefined ? decision : mergeChanges(change, decision);
    current = evolve(current, decision, job.version);
  }
  return change === undefined ? { kind: "ignored", reason } : { kind: "change", change, job: current };
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
