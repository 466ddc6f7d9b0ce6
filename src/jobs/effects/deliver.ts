import type { ChildEnded, Refusal } from "../../model/decision/event.ts";
import type { Job } from "../../model/job/job.ts";
import type { Effect } from "../../model/job/outward/effect.ts";
import type { Log } from "../../model/log.ts";
import type { Deps } from "../deps.ts";
import { cancelOwed } from "./cancel-owed.ts";
import { type StartOutcome, startOwed } from "./start-owed.ts";
import { tellParent } from "./tell-parent.ts";

type Outcome = StartOutcome & { readonly unheard?: true };

/** Jobs to which something is done at the same time. */
const atOnce = 100;

export interface Delivered {
  /** Of the effects that were done. */
  readonly ids: readonly number[];
  /** Those among them that can never be done. */
  readonly refused: readonly Refusal[];
  /** Children that ended by it. */
  readonly events: readonly ChildEnded[];
  /** Why others could not be done now. */
  readonly failures: readonly unknown[];
  /** The job's end was told to a parent that has not taken it. */
  readonly unheard: boolean;
}

/** Does the effects: those for one job in their order, those for different jobs side by side. Never rejects. */
export async function deliverEach(deps: Deps, log: Log, owing: Job, effects: readonly Effect[]): Promise<Delivered> {
  const byTarget = Map.groupBy(effects, (effect) => (effect.kind === "tell_parent" ? owing.parent?.id : effect.job));
  const lanes = [...byTarget.values()];
  const delivered: Delivered[] = [];
  for (let from = 0; from < lanes.length; from += atOnce)
    delivered.push(
      ...(await Promise.all(lanes.slice(from, from + atOnce).map((lane) => inOrder(deps, log, owing, lane)))),
    );
  return {
    ids: delivered.flatMap(({ ids }) => ids),
    refused: delivered.flatMap(({ refused }) => refused),
    events: delivered.flatMap(({ events }) => events),
    failures: delivered.flatMap(({ failures }) => failures),
    unheard: delivered.some(({ unheard }) => unheard),
  };
}

/** One after the other; what comes behind one that fails waits for it. */
async function inOrder(deps: Deps, log: Log, owing: Job, effects: readonly Effect[]): Promise<Delivered> {
  const ids: number[] = [];
  const refused: Refusal[] = [];
  const events: ChildEnded[] = [];
  let unheard = false;
  for (const effect of effects) {
    try {
      const outcome = await deliver(deps, log, owing, effect);
      ids.push(effect.id);
      unheard ||= outcome.unheard === true;
      if (outcome.ended !== undefined) events.push(outcome.ended);
      else if (outcome.refused !== undefined) refused.push({ id: effect.id, error: outcome.refused });
    } catch (error) {
      return { ids, refused, events, failures: [error], unheard };
    }
  }
  return { ids, refused, events, failures: [], unheard };
}

async function deliver(deps: Deps, log: Log, owing: Job, effect: Effect): Promise<Outcome> {
  switch (effect.kind) {
    case "start_job":
      return startOwed(deps, effect);
    case "cancel_job":
      await cancelOwed(deps, effect);
      return {};
    case "tell_parent":
      return (await tellParent(deps, log, owing)) ? {} : { unheard: true };
    default:
      return effect satisfies never;
  }
}
