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

/** Shares `limit` places between workflows in turns; what one leaves goes to the others. Answers the ids, and who was served last. */
export function shareInTurns(
  ready: readonly Ready[],
  limit: number,
): { readonly ids: string[]; readonly served?: string } {
  const ids: string[] = [];
  let served: string | undefined;
  let turn = ready.map(({ workflow, ids: all }) => ({ workflow, all, taken: 0 }));
  while (turn.length > 0 && ids.length < limit) {
    const share = Math.max(1, Math.floor((limit - ids.length) / turn.length));
    for (const one of turn) {
      const wanted = Math.min(share, limit - ids.length);
      if (wanted === 0) break;
      const given = one.all.slice(one.taken, one.taken + wanted);
      if (given.length === 0) continue;
      one.taken += given.length;
      ids.push(...given);
      served = one.workflow;
    }
    turn = turn.filter(({ all, taken }) => taken < all.length);
  }
  return { ids, ...(served !== undefined && { served }) };
}
