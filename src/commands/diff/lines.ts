/** A line of two texts, or of one of them. */
export interface LinePart {
  readonly kind: "same" | "added" | "removed";
  readonly line: string;
}

/** Of texts that differ in more lines than this, what is between their common ends is shown as replaced as a whole. */
const mostEdits = 1000;

/** The shortest way from one text to the other, line by line; Myers, "An O(ND) Difference Algorithm", 1986. */
export function diffLines(before: readonly string[], after: readonly string[]): LinePart[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [
    ...before.slice(0, start).map(same),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function same(line: string): LinePart {
  return { kind: "same", line };
}

function between(before: readonly string[], after: readonly string[]): LinePart[] {
  const most = Math.min(mostEdits, before.length + after.length);
  /** Of each diagonal (place in `before` less place in `after`), how far one gets with so many edits. */
  let furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest);
    const next = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let at = goesDown(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (at < before.length && at - diagonal < after.length && before[at] === after[at - diagonal]) at++;
      next.set(diagonal, at);
      if (at >= before.length && at - diagonal >= after.length) return wayBack(trace, before, after);
    }
    furthest = next;
  }
  return [
    ...before.map((line) => ({ kind: "removed", line }) as const),
    ...after.map((line) => ({ kind: "added", line }) as const),
  ];
}

/** Whether the last edit on the way to a diagonal adds a line, rather than removes one. */
function goesDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1);
}

function wayBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): LinePart[] {
  const parts: LinePart[] = [];
  let [at, there] = [before.length, after.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>();
    const diagonal = at - there;
    const added = goesDown(furthest, diagonal, edits);
    const from = added ? diagonal + 1 : diagonal - 1;
    const atBefore = furthest.get(from) ?? 0;
    const thereBefore = atBefore - from;
    while (at > atBefore && there > thereBefore && at > 0 && there > 0) {
      at--;
      there--;
      parts.push(same(before[at] ?? ""));
    }
    if (edits === 0) break;
    if (added) parts.push({ kind: "added", line: after[--there] ?? "" });
    else parts.push({ kind: "removed", line: before[--at] ?? "" });
  }
  return parts.reverse();
}
