import type { Event } from "../../model/decision/event.ts";
import type { JobId } from "../../model/ids.ts";
import type { Store } from "../../store/store.ts";
import { type Applied, applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { isOfStore } from "../fail-broken.ts";

interface Brought {
  readonly event: Event;
  readonly settle: (applied: Applied) => void;
  readonly fail: (error: unknown) => void;
}

/** What waits for the commit of its job that is under way. */
const lanes = new WeakMap<Store, Map<JobId, Brought[]>>();

/**
 * Applies an event to a job, in one commit with all that is brought while the one before is under way. Many programs end branches of one job at the same time: of commits side by side
 * one would succeed, and all others be decided again, with each that does.
 */
export function applyTogether(deps: Deps, id: JobId, event: Event): Promise<Applied> {
  return new Promise((settle, fail) => {
    const ofStore = lanes.get(deps.store) ?? new Map<JobId, Brought[]>();
    lanes.set(deps.store, ofStore);
    const brought = { event, settle, fail };
    const lane = ofStore.get(id);
    if (lane === undefined) void applyAll(deps, id, ofStore, brought);
    else lane.push(brought);
  });
}

/** Never rejects. */
async function applyAll(deps: Deps, id: JobId, ofStore: Map<JobId, Brought[]>, first: Brought): Promise<void> {
  for (let round = [first]; round.length > 0; round = ofStore.get(id) ?? []) {
    ofStore.set(id, []);
    await applyRound(deps, id, round);
  }
  ofStore.delete(id);
}

async function applyRound(deps: Deps, id: JobId, round: readonly Brought[]): Promise<void> {
  try {
    const applied = await applyEvent(deps, id, ...round.map(({ event }) => event));
    for (const { event, settle } of round) settle(outcomeOf(applied, event));
  } catch (error) {
    if (round.length === 1 || isOfStore(error)) for (const { fail } of round) fail(error);
    else for (const one of round) await applyRound(deps, id, [one]); // one of them made the others fail
  }
}

function outcomeOf(applied: Applied, event: Event): Applied {
  const reason = applied.kind === "gone" ? undefined : applied.ignored.get(event);
  if (applied.kind === "gone" || reason === undefined) return applied;
  return { kind: "ignored", job: applied.job, reason, ignored: applied.ignored };
}
