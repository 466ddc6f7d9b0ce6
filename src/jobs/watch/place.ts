/**
 * A place in a job's history: the history is a list of lists, one a commit, and grows at its end only, so that a place is the same for every server.
 * `LIST.INDEX` is behind that entry; with `.end` behind it, behind the end of the job that was told after that entry.
 */
export interface Place {
  /** From 0 on. */
  readonly list: number;
  /** Within that list, from 0 on; -1: before its first entry. */
  readonly index: number;
  /** The end of the job was told too. */
  readonly isEnd?: true;
}

/** Before everything. */
export const theBeginning: Place = { list: 0, index: -1 };

export function writePlace({ list, index, isEnd }: Place): string {
  return `${list}.${index}${isEnd ? ".end" : ""}`;
}

/** Undefined for what `writePlace` never wrote. */
export function readPlace(written: string): Place | undefined {
  const [, list, index, end] = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8}|-1)(\.end)?$/.exec(written) ?? [];
  if (list === undefined || index === undefined) return undefined;
  return { list: Number(list), index: Number(index), ...(end !== undefined && { isEnd: true }) };
}
