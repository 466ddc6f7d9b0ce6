import type { Prepare } from "../../database/database.ts";

/** What of a job says under which count it is. */
export interface Standing {
  readonly workflow: string;
  readonly status: string;
  readonly owner: string | null;
  readonly waiting: string | null;
}

/**
 * What one batch does to the counts, written once and in the same transaction: jobs that pass through the same states cost one row together.
 * Also the number of the batch, which every row that it writes carries, so that followers find what is new.
 */
export interface Tally {
  /** Forgets what a transaction that was undone had added up. */
  begin(): void;
  /** The number of this batch, higher than of all before. */
  batch(): number;
  /** A job that stands like `from` stands like `to`; undefined: it is not there. */
  move(from: Standing | undefined, to: Standing | undefined): void;
  /** The place to go back to (`undo`) where a member fails alone. */
  mark(): number;
  undo(mark: number): void;
  /** Writes it. */
  end(): void;
}

interface Move {
  readonly standing: Standing;
  readonly by: 1 | -1;
}

export function prepareTally(prepare: Prepare): Tally {
  const last = prepare("SELECT value FROM meta WHERE name = 'changed'");
  const setLast = prepare("UPDATE meta SET value = ? WHERE name = 'changed'");
  const add = prepare(
    `INSERT INTO counts (workflow, status, waiting, jobs) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs`,
  );
  let moves: Move[] = [];
  let number: number | undefined;

  return {
    begin() {
      moves = [];
      number = undefined;
    },
    // Read, not written, when it is first asked for: what is written then might be undone with the member that asked.
    batch() {
      number ??= (last.get<[number]>()?.[0] ?? 0) + 1;
      return number;
    },
    move(from, to) {
      if (from !== undefined) moves.push({ standing: from, by: -1 });
      if (to !== undefined) moves.push({ standing: to, by: 1 });
    },
    mark: () => moves.length,
    undo(mark) {
      moves.length = mark;
    },
    end() {
      if (moves.length === 0) return; // no row was written: nobody is to be woken
      if (number !== undefined) setLast.run(number);
      for (const { workflow, status, waiting, jobs } of sums(moves))
        if (jobs !== 0) add.run(workflow, status, waiting, jobs);
    },
  };
}

interface Sum {
  readonly workflow: string;
  readonly status: string;
  readonly waiting: string;
  jobs: number;
}

function sums(moves: readonly Move[]): Iterable<Sum> {
  const summed = new Map<string, Sum>();
  for (const { standing, by } of moves) {
    const { workflow, owner } = standing;
    const status = standing.status === "pending" && owner !== null ? "running" : standing.status; // `visibleStatus`
    const waiting = owner === null ? (standing.waiting ?? "") : "";
    const key = `${status} ${waiting} ${workflow}`;
    const sum = summed.get(key);
    if (sum === undefined) summed.set(key, { workflow, status, waiting, jobs: by });
    else sum.jobs += by;
  }
  return summed.values();
}
