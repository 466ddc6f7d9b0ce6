import { lastInTurn, pickWorkflows } from "../../priorities.ts";
import type { Ready, ReadyJob } from "./ready-jobs.ts";

/** Names in order of their turns: those after the one that was served last come first. */
export function turnsAfter(served: string, names: readonly string[]): string[] {
  const sorted = names.toSorted();
  return [...sorted.filter((name) => name > served), ...sorted.filter((name) => name <= served)];
}

export interface Shared {
  readonly jobs: ReadyJob[];
  /** Whose turn was last. */
  readonly served?: string;
  /** Workflows that got less than is ready of them. */
  readonly left: string[];
}

/** Shares `limit` places between workflows in turns; what one leaves goes to the others. Of one in `room`, no more than that. */
export function shareInTurns(
  ready: readonly Ready[],
  limit: number,
  room: ReadonlyMap<string, number>,
  byPriority: boolean,
): Shared {
  const jobs: ReadyJob[] = [];
  const all = ready.map(({ workflow, priority, jobs: own }) => ({
    workflow,
    priority,
    own,
    most: Math.min(own.length, room.get(workflow) ?? own.length),
    taken: 0,
  }));
  let turn = all.filter(({ most }) => most > 0);
  while (turn.length > 0 && jobs.length < limit) {
    const places = limit - jobs.length;
    const picked = new Set(pickWorkflows(turn, places, byPriority));
    const share = Math.max(1, Math.floor(places / picked.size));
    for (const one of turn) {
      if (!picked.has(one.workflow)) continue;
      const wanted = Math.min(share, limit - jobs.length, one.most - one.taken);
      jobs.push(...one.own.slice(one.taken, one.taken + wanted));
      one.taken += wanted;
    }
    turn = turn.filter(({ most, taken }) => taken < most);
  }
  const left = all.filter(({ own, taken }) => taken < own.length).map(({ workflow }) => workflow);
  const gotSome = all.filter(({ taken }) => taken > 0).map(({ workflow }) => workflow);
  const served = lastInTurn(ready, new Set(gotSome));
  return { jobs, left, ...(served !== undefined && { served }) };
}
