import { newestFormat } from "../../../model/job/format.ts";
import { compareRank } from "../../priorities.ts";
import type { Prepare, Statement } from "../database/database.ts";
import type { Place, Topics } from "./job/topics.ts";

/** The ready jobs of one workflow that have one topic and one priority, in the order in which they became ready. */
export interface Line extends Place {
  readonly workflow: string;
  /** `Topics.lineOf`. */
  readonly number: number;
  /** Of its first job. */
  readonly readyAt: number;
  readonly maxRunning: number | null;
}

export interface ReadyJob {
  readonly seq: number;
  readonly lost: number;
  readonly readyAt: number;
  readonly priority: number;
  readonly maxRunning: number | null;
}

/** The lines of jobs without a worker: the healthy ones, or the suspects. */
export class Lines {
  readonly #next: Statement;
  readonly #nextOfAny: Statement;
  readonly #ofLine: Statement;
  readonly #laterOfLine: Statement;
  readonly #topics: Topics;

  /** `group`: a condition on `lost` that the index repeats, which is named because older programs have one without `priority` beside it. */
  constructor(prepare: Prepare, topics: Topics, group: string, index: "jobs_ready" | "jobs_ready_suspects") {
    this.#topics = topics;
    const from = `FROM jobs INDEXED BY ${index}`;
    const waiting = `owner IS NULL AND ready_at IS NOT NULL AND ${group} AND format <= ${newestFormat}`;
    const line = `SELECT workflow, priority, ready_at, max_running ${from}`;
    // Two seeks, as one over both columns at once would not be answered from the index alone.
    this.#next = prepare(
      `${line} WHERE ${waiting} AND workflow = ? AND priority > ? ORDER BY workflow, priority, ready_at LIMIT 1`,
    );
    this.#nextOfAny = prepare(
      `${line} WHERE ${waiting} AND workflow > ? ORDER BY workflow, priority, ready_at LIMIT 1`,
    );
    this.#ofLine = prepare(
      `SELECT seq, lost, ready_at, max_running ${from} WHERE ${waiting} AND workflow = ? AND priority = ? AND ready_at <= ?
       ORDER BY ready_at LIMIT ?`,
    );
    this.#laterOfLine = prepare(
      `SELECT ready_at FROM jobs WHERE ${waiting} AND workflow = ? AND priority = ? AND ready_at > ? ORDER BY ready_at LIMIT 1`,
    );
  }

  /** Every line after those of the workflow, ready or not: one look into the index each. */
  *after(workflow: string): Generator<Line> {
    for (let last = this.#nextLine(workflow, undefined); last !== undefined; ) {
      yield last;
      last = this.#nextLine(last.workflow, last.number);
    }
  }

  /** The ready jobs that come first of a workflow that has these lines. */
  first(lines: readonly Line[], nowMs: number, limit: number): ReadyJob[] {
    const found = lines.flatMap((line) => this.#ofOne(line, nowMs, limit));
    return lines.length === 1 ? found : found.sort(compareRank).slice(0, limit);
  }

  /** When the first of all is ready, now or later; undefined where there is none. */
  earliest(): number | undefined {
    let found: number | undefined;
    for (const { readyAt } of this.after("")) found = Math.min(found ?? readyAt, readyAt);
    return found;
  }

  /** When the first of the lines that are meant is ready that is not ready yet; undefined where there is none. One more look into the index for each line that has ready ones. */
  earliestAfter(nowMs: number, isMeant: (line: Line) => boolean): number | undefined {
    let found: number | undefined;
    for (const line of this.after("")) {
      if (!isMeant(line)) continue;
      const at =
        line.readyAt > nowMs ? line.readyAt : this.#laterOfLine.get<[number]>(line.workflow, line.number, nowMs)?.[0];
      if (at !== undefined) found = Math.min(found ?? at, at);
    }
    return found;
  }

  #nextLine(workflow: string, after: number | undefined): Line | undefined {
    const row =
      (after === undefined ? undefined : this.#next.get<LineRow>(workflow, after)) ??
      this.#nextOfAny.get<LineRow>(workflow);
    if (row === undefined) return undefined;
    const [name, number, readyAt, maxRunning] = row;
    return { ...this.#topics.placeOf(number), workflow: name, number, readyAt, maxRunning };
  }

  #ofOne({ workflow, number, priority }: Line, nowMs: number, limit: number): ReadyJob[] {
    return this.#ofLine
      .all<[number, number, number, number | null]>(workflow, number, nowMs, limit)
      .map(([seq, lost, readyAt, maxRunning]) => ({ seq, lost, readyAt, priority, maxRunning }));
  }
}

type LineRow = [workflow: string, number: number, readyAt: number, maxRunning: number | null];
