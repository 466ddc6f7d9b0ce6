import type { Evidence, Violation } from "./evidence.ts";
import { acknowledgedOnce } from "./invariants/acknowledged-once.ts";
import { deliveredUnderOneKey } from "./invariants/delivered.ts";
import { duplicatesExplained } from "./invariants/duplicates.ts";
import { committedUnderFence } from "./invariants/fences.ts";
import { nothingUnfinished } from "./invariants/finished.ts";
import { inOrder } from "./invariants/order.ts";
import { logIsWhole } from "./invariants/whole-log.ts";

/** Proves the product's promises (I1 to I6) from what was seen from outside; every violation is told with its evidence. */
export function check(evidence: Evidence): Violation[] {
  return [
    ...logIsWhole(evidence),
    ...acknowledgedOnce(evidence),
    ...deliveredUnderOneKey(evidence),
    ...committedUnderFence(evidence),
    ...inOrder(evidence),
    ...duplicatesExplained(evidence),
    ...nothingUnfinished(evidence),
  ];
}

/** The first violations of each invariant, for people. */
export function describe(violations: readonly Violation[]): string {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for (const { invariant, message } of violations) {
    const count = (counts.get(invariant) ?? 0) + 1;
    counts.set(invariant, count);
    if (count <= 5) lines.push(`${invariant}: ${message}`);
  }
  for (const [invariant, count] of counts) if (count > 5) lines.push(`${invariant}: and ${count - 5} more`);
  return lines.join("\n");
}
