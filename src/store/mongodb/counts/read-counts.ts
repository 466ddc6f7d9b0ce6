import type { Document } from "mongodb";
import { knownCounts } from "../../known-values.ts";
import type { JobCount } from "../../search.ts";
import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { readWhole, summed } from "./fold.ts";
import type { CountRow, TallyDocument } from "./tally-document.ts";

/** A process that says that it writes says so again much sooner, in ms. */
const deadAfterMs = 15_000;

/** A write whose outcome was unknown is applied by then, or never, in ms. */
const doubtForMs = 20_000;

/** A process that has been silent for so long, in ms, may be gone; where it is not, it begins a new document. */
const silentForMs = 3_600_000;

/** A document, and how its process stands. */
export interface TallyAsRead extends TallyDocument {
  /** It ended while it wrote. */
  readonly isDead: boolean;
  readonly isSilent: boolean;
  /** What it said is not all that it changed, and will not be. */
  readonly isDoubtful: boolean;
  /** What was doubtful by then is applied by now, or never. */
  readonly settledUntil: Date;
}

export interface Counts {
  readonly tallies: readonly TallyAsRead[];
  readonly rows: readonly CountRow[];
  /** They do not tell all, and nobody but who counts the jobs can say what is missing. */
  readonly isDoubtful: boolean;
}

/** What all documents say together. */
export async function readCounts(collections: Collections): Promise<Counts> {
  return untilAnswered(budgets.read, async () => {
    const found = await collections.tallies.aggregate<TallyAsRead>([...judgedTallies]).toArray();
    const { rows, contained, rev } = await readWhole(collections); // after those that it may contain
    const tallies = found.filter(({ _id }) => !contained.includes(_id));
    return {
      tallies,
      rows: summed([...rows, ...tallies.flatMap((one) => Object.values(one.rows ?? {}))]),
      isDoubtful: isMissing(tallies, rev),
    };
  });
}

/** Something is missing in what these documents and that revision of what stands for all say. */
export function isMissing(tallies: readonly TallyAsRead[], rev: number): boolean {
  return rev === 0 || tallies.some(({ isDead, isDoubtful }) => isDead || isDoubtful);
}

const ageOf = (field: string): Document => ({ $subtract: ["$$NOW", { $ifNull: [field, "$$NOW"] }] });

/** Stages that read the documents of processes and say, by the server's clock, how they stand. */
export const judgedTallies: readonly Document[] = [
  { $match: { _id: { $gt: "p:" } } },
  { $sort: { _id: 1 } },
  {
    $addFields: {
      isDead: { $and: ["$busy", { $gt: [ageOf("$seenAt"), deadAfterMs] }] },
      isSilent: { $and: [{ $not: "$busy" }, { $not: "$doubtAt" }, { $gt: [ageOf("$seenAt"), silentForMs] }] },
      isDoubtful: { $gt: [ageOf("$doubtSince"), doubtForMs] }, // the first: a process may doubt again and again
      settledUntil: { $subtract: ["$$NOW", doubtForMs] },
    },
  },
];

/** For people, by workflow: rows that are below 0 for the moment are left out. */
export function shownCounts(rows: readonly CountRow[], workflow: string | undefined): JobCount[] {
  const shown = rows.filter((row) => row.jobs > 0 && (workflow === undefined || row.workflow === workflow));
  return knownCounts(shown).toSorted((a, b) => (a.workflow < b.workflow ? -1 : a.workflow > b.workflow ? 1 : 0));
}
