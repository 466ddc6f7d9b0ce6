import type { Prepare, Statement, Value } from "../../database/database.ts";
import { type FoundColumns, summaryColumns } from "../../protocol.ts";
import { at } from "./fits.ts";

/** By what an index is sorted behind what it is searched by. */
export type Sorting = "created" | "finished" | "id";

/** A place in an index: of the time that it is sorted by (0 where it is sorted by ids alone), and the id. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

/** Between two places, without them. */
export interface Bounds {
  readonly low: Place;
  readonly high: Place;
}

/** One stretch of one index, all of it in one order. */
export interface Range {
  readonly sorting: Sorting;
  /** From either end. */
  read(bounds: Bounds, order: "newest" | "oldest", limit: number): FoundColumns[];
  /** How many there are, counted to the limit. */
  size(bounds: Bounds, limit: number): number;
}

/** The stretches that lists are made of. */
export interface Ranges {
  ofStatus(status: string): Range;
  ofWorkflow(workflow: string, status: string): Range;
  ofLabel(label: string): Range;
  /** As noted: whose time has come is among them. */
  waiting(reason: string): Range;
  ended(status: string): Range;
  readonly all: Range;
}

export function prepareRanges(prepare: Prepare): Ranges {
  const columns = summaryColumns.replaceAll(/\w+/g, "jobs.$&");

  /** `where` is what an index is searched by before its sorted part. Indexes are named, as SQLite would take a shorter one for those that cost the same to it. */
  function index(from: string, where: string, sorting: Sorting, keys: readonly string[]): (values: Value[]) => Range {
    const key = keys.length === 1 ? keys.join() : `(${keys.join(", ")})`;
    const place = keys.length === 1 ? "?" : "(?, ?)";
    const within = `${where === "" ? "" : `${where} AND `}${key} > ${place} AND ${key} < ${place}`;
    const read = (direction: string): Statement =>
      prepare(
        `SELECT ${columns}, jobs.labels FROM ${from} WHERE ${within} ORDER BY ${keys.map((one) => `${one} ${direction}`).join(", ")} LIMIT ?`,
      );
    const statements = { newest: read("DESC"), oldest: read("ASC") };
    const count = prepare(`SELECT 1 FROM ${from.replace(/ CROSS JOIN .*/, "")} WHERE ${within} LIMIT ?`);
    const placeOf = ({ at: time, id }: Place): Value[] => (keys.length === 1 ? [id] : [time, id]);
    return (values) => ({
      sorting,
      read: ({ low, high }, order, limit) =>
        statements[order].all<FoundColumns>(...values, ...placeOf(low), ...placeOf(high), limit),
      size: ({ low, high }, limit) => count.all(...values, ...placeOf(low), ...placeOf(high), limit).length,
    });
  }

  const created = ["jobs.created_at", "jobs.id"];
  const ofStatus = index("jobs INDEXED BY jobs_list", "shown = ?", "created", created);
  const ofWorkflow = index("jobs INDEXED BY jobs_workflow_list", "workflow = ? AND shown = ?", "created", created);
  const waiting = index(
    "jobs INDEXED BY jobs_waiting",
    "owner IS NULL AND waiting IS NOT NULL AND waiting = ?",
    "created",
    created,
  );
  const ended = index(
    "jobs INDEXED BY jobs_ended",
    "finished_at IS NOT NULL AND ready_at IS NULL AND status = ?",
    "finished",
    ["jobs.finished_at", "jobs.id"],
  );
  const ofLabel = index("labels CROSS JOIN jobs ON jobs.seq = labels.job", "label = ?", "created", [
    "labels.created_at",
    "labels.id",
  ]);
  const all = index("jobs", "", "id", ["jobs.id"]);
  return {
    ofStatus: (status) => ofStatus([status]),
    ofWorkflow: (workflow, status) => ofWorkflow([workflow, status]),
    ofLabel: (label) => ofLabel([label]),
    waiting: (reason) => waiting([reason]),
    ended: (status) => ended([status]),
    all: all([]),
  };
}

/** Where a row stands in lists of that sorting. */
export function placeIn(sorting: Sorting, row: FoundColumns): Place {
  const id = row[at.id];
  switch (sorting) {
    case "created":
      return { at: row[at.createdAt], id };
    case "finished":
      return { at: row[at.finishedAt] ?? 0, id };
    case "id":
      return { at: 0, id };
    default:
      return sorting satisfies never;
  }
}

export function compare(a: Place, b: Place): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** Rows that one look into a range reads at first, and at most. */
const firstLook = 16;
const longestLook = 256;

/** The rows of several ranges of one sorting, in its order, read a few at a time. */
export function* merged(ranges: readonly Range[], bounds: Bounds, order: "newest" | "oldest"): Generator<FoundColumns> {
  const cursors = ranges.map((range) => new Cursor(range, bounds, order));
  const sign = order === "oldest" ? 1 : -1;
  for (;;) {
    let first: Cursor | undefined;
    for (const cursor of cursors) {
      const place = cursor.place();
      if (place === undefined) continue;
      const known = first?.place();
      if (known === undefined || sign * compare(place, known) < 0) first = cursor;
    }
    if (first === undefined) return;
    yield first.take();
  }
}

class Cursor {
  readonly #range: Range;
  readonly #order: "newest" | "oldest";
  #bounds: Bounds;
  #rows: FoundColumns[] = [];
  #taken = 0;
  #look = firstLook;
  #place: Place | undefined;
  #isAtEnd = false;

  constructor(range: Range, bounds: Bounds, order: "newest" | "oldest") {
    this.#range = range;
    this.#bounds = bounds;
    this.#order = order;
    this.#advance();
  }

  /** Of the row that comes next; undefined at the end. */
  place(): Place | undefined {
    return this.#place;
  }

  take(): FoundColumns {
    const row = this.#rows[this.#taken++];
    if (row === undefined) throw new Error("Nothing is left of the range");
    this.#advance();
    return row;
  }

  #advance(): void {
    if (this.#taken === this.#rows.length && !this.#isAtEnd) this.#lookOn();
    const row = this.#rows[this.#taken];
    this.#place = row === undefined ? undefined : placeIn(this.#range.sorting, row);
  }

  #lookOn(): void {
    const last = this.#rows.at(-1);
    if (last !== undefined) {
      const from = placeIn(this.#range.sorting, last);
      this.#bounds = this.#order === "oldest" ? { ...this.#bounds, low: from } : { ...this.#bounds, high: from };
    }
    this.#rows = this.#range.read(this.#bounds, this.#order, this.#look);
    this.#taken = 0;
    this.#isAtEnd = this.#rows.length < this.#look;
    this.#look = Math.min(longestLook, 2 * this.#look);
  }
}
