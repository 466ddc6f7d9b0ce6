import type { Collections } from "../collections.ts";
import { keyOf } from "./standing.ts";
import { type CountRow, mostContained, type TallyDocument, type WholeDocument, wholeId } from "./tally-document.ts";

/** Tries while others do the same. */
const triesAtMost = 20;

const nothingYet: WholeDocument = { _id: wholeId, rev: 0, rows: [], contained: [] };

export async function readWhole({ whole }: Collections): Promise<WholeDocument> {
  return (await whole.findOne({ _id: wholeId })) ?? nothingYet;
}

/** Adds rows of the same standing; those that come to 0 are left out. */
export function summed(rows: Iterable<CountRow>): CountRow[] {
  const sums = new Map<string, CountRow>();
  for (const row of rows) {
    const key = keyOf(row);
    sums.set(key, { ...row, jobs: (sums.get(key)?.jobs ?? 0) + row.jobs });
  }
  return [...sums.values()].filter(({ jobs }) => jobs !== 0);
}

/**
 * Adds what a process said that says nothing any more to what stands for all, in one step, and then removes its document: in between it is known as contained.
 * True where it is contained now.
 */
export async function fold(
  collections: Collections,
  { _id, seq }: Pick<TallyDocument, "_id" | "seq">,
): Promise<boolean> {
  const { tallies } = collections;
  for (let tries = 0; tries < triesAtMost; tries++) {
    const before = await readWhole(collections);
    const found = await tallies.findOne({ _id });
    if (found?.seq !== seq) return false;
    const isContained = before.contained.includes(_id);
    const rows = isContained ? before.rows : summed([...before.rows, ...Object.values(found.rows ?? {})]);
    const contained = isContained ? before.contained : [...before.contained, _id];
    if (!(await replaceWhole(collections, before.rev, rows, contained))) continue;
    // Written again meanwhile, it is there with what is contained already: who does that finds out, and has it counted.
    await tallies.deleteOne({ _id });
    return true;
  }
  return false;
}

/** What stands for all, if it is as it was; false where others changed it. */
export async function replaceWhole(
  { whole }: Collections,
  rev: number,
  rows: readonly CountRow[],
  contained: readonly string[],
): Promise<boolean> {
  const next = { _id: wholeId, rev: rev + 1, rows, contained: contained.slice(-mostContained) };
  if (rev > 0) return (await whole.replaceOne({ _id: wholeId, rev }, next)).modifiedCount > 0;
  try {
    await whole.insertOne(next);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 11000) return false;
    throw error;
  }
}

/** Takes in the documents of processes that have been silent for long: nobody knows whether they live. */
export async function foldSilent(
  collections: Collections,
  tallies: readonly (Pick<TallyDocument, "_id" | "seq"> & { readonly isSilent: boolean })[],
): Promise<void> {
  for (const one of tallies) if (one.isSilent && one._id !== collections.tally.id) await fold(collections, one);
}
