import type { Collections } from "../collections.ts";
import { fold } from "./fold.ts";

/** The process writes no more jobs: what it said is taken into what stands for all. What fails leaves its document, which says the same. */
export async function endTally(collections: Collections): Promise<void> {
  const { tally, tallies } = collections;
  try {
    await tally.close();
    const own = await tallies.findOne({ _id: tally.id }, { projection: { seq: 1, busy: 1, doubtAt: 1 } });
    if (own !== null && !own.busy && own.doubtAt === undefined) await fold(collections, own);
  } catch {
    // The server does not answer. Whoever reads the counts finds the document.
  }
}
