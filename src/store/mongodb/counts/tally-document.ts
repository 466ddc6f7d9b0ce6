import type { Standing } from "./standing.ts";

/** How many jobs came to a standing, less those that left it: below 0 where they came to it by others. */
export interface CountRow extends Standing {
  readonly jobs: number;
}

/**
 * What one process changed in all, and nobody else writes it: no two processes wait for each other, and written twice it says the same.
 * What all of them say, and `wholeId`'s document, together are the counts.
 */
export interface TallyDocument {
  /** `p:` and a part that is random for each process. */
  readonly _id: string;
  /** One higher at every write: an earlier one that comes late changes nothing. */
  readonly seq: number;
  /** By a number that the process gives to each standing, as names of workflows are no names of fields. */
  readonly rows?: Readonly<Record<string, CountRow>>;
  /** The process writes jobs, or has written some that do not stand in `rows` yet; since when, by the server's clock. */
  readonly busy: boolean;
  readonly busySince?: Date;
  readonly seenAt?: Date;
  /** The process cannot tell what became of a write that ended at about that time: the last such, and the first since the jobs were counted. */
  readonly doubtAt?: Date;
  readonly doubtSince?: Date;
}

/** What processes that have ended said, and what was found by counting. */
export interface WholeDocument {
  readonly _id: string;
  readonly rev: number;
  readonly rows: readonly CountRow[];
  /** Processes whose documents are contained, the latest last: where one is still there, it is not to be added. */
  readonly contained: readonly string[];
}

/** Below the ids of all processes: whoever reads upwards from there sees their documents before, and this one with another read after. */
export const wholeId = "all";

/** Processes that are remembered as contained, at most: a document that is contained is removed at once. */
export const mostContained = 100;
