/** Of two jobs of one workflow, the one with a priority less by one comes first once it has been ready for so much longer, in ms. */
const agingMs = 60_000;

interface Ranked {
  readonly priority: number;
  readonly readyAt: number;
}

/** Less than 0 where the first of two jobs of one workflow comes first. None waits for ever behind those of higher priority that keep coming: waiting counts. */
export function compareRank(a: Ranked, b: Ranked): number {
  return a.readyAt - a.priority * agingMs - (b.readyAt - b.priority * agingMs);
}

/** As many workflows as one claim looks at, in order of their turns, for those whose jobs have a higher priority; or as many as it may take jobs, where that is more. */
export const workflowsLookedAt = 64;

export interface Candidate {
  readonly workflow: string;
  /** The highest of its ready jobs. */
  readonly priority: number;
}

/**
 * Which of the workflows whose turn it is get something where there are fewer places than workflows: half of the places go by turns and half by
 * priority; a single place by priority where `byPriority` says so. So those of high priority come soon, and none is passed over for ever.
 */
export function pickWorkflows(inTurns: readonly Candidate[], places: number, byPriority: boolean): string[] {
  if (inTurns.length <= places) return inTurns.map(({ workflow }) => workflow);
  const ofTurns = places === 1 && byPriority ? 0 : Math.ceil(places / 2);
  const others = inTurns.slice(ofTurns).toSorted((a, b) => b.priority - a.priority);
  return [...inTurns.slice(0, ofTurns), ...others.slice(0, places - ofTurns)].map(({ workflow }) => workflow);
}

/** Whose turn was last: the last of those, from the first on, that were all served. */
export function lastInTurn(inTurns: readonly Candidate[], served: ReadonlySet<string>): string | undefined {
  let last: string | undefined;
  for (const { workflow } of inTurns) {
    if (!served.has(workflow)) break;
    last = workflow;
  }
  return last;
}
