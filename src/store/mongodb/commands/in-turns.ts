/** What of one workflow is ready, in order. */
export interface Ready {
  readonly workflow: string;
  readonly ids: readonly string[];
}

/** Names in order of their turns: those after the one that was served last come first. */
export function turnsAfter(served: string, names: readonly string[]): string[] {
  const sorted = names.toSorted();
  return [...sorted.filter((name) => name > served), ...sorted.filter((name) => name <= served)];
}

export interface Shared {
  readonly ids: string[];
  /** Who was served last. */
  readonly served?: string;
  /** Workflows that got less than is ready of them. */
  readonly left: string[];
}

/** Shares `limit` places between workflows in turns; what one leaves goes to the others. Of one in `room`, no more than that. */
export function shareInTurns(ready: readonly Ready[], limit: number, room: ReadonlyMap<string, number>): Shared {
  const ids: string[] = [];
  let served: string | undefined;
  const all = ready.map(({ workflow, ids: own }) => ({
    workflow,
    own,
    most: Math.min(own.length, room.get(workflow) ?? own.length),
    taken: 0,
  }));
  let turn = all;
  while (turn.length > 0 && ids.length < limit) {
    const share = Math.max(1, Math.floor((limit - ids.length) / turn.length));
    for (const one of turn) {
      const wanted = Math.min(share, limit - ids.length, one.most - one.taken);
      if (wanted === 0) continue;
      ids.push(...one.own.slice(one.taken, one.taken + wanted));
      one.taken += wanted;
      served = one.workflow;
    }
    turn = turn.filter(({ most, taken }) => taken < most);
  }
  const left = all.filter(({ own, taken }) => taken < own.length).map(({ workflow }) => workflow);
  return { ids, left, ...(served !== undefined && { served }) };
}
