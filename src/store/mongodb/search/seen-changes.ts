import { WorkflowsError } from "../../../model/errors.ts";
import type { ChangeMark } from "../../search.ts";

/** That a job was told at that version; its time, epoch ms, as the change carried it. */
interface Told {
  readonly id: string;
  readonly version: number;
  readonly at: number;
}

/** Rows of changes that are remembered: each is one who asks again and again, or one who came back. */
const mostRows = 32;

/** Told changes that one row remembers, at most; beyond, the oldest may come again. */
const mostTold = 100_000;

interface Row {
  readonly id: string;
  /** How many were told before the first of `told`. */
  forgotten: number;
  told: Told[];
  readonly versions: Map<string, number>;
  at: number;
  /** An ask goes on from its end, and may add to it. */
  isHeld: boolean;
}

/** How far somebody was told, who goes on from there. */
export interface Seen {
  /** All that became visible with an earlier time was told, but for what comes late. Epoch ms. */
  readonly at: number;
  has(id: string, version: number): boolean;
  add(told: Told): void;
  mark(): ChangeMark;
}

/** Remembers what was told under which mark, as long as it may be met again. A mark is `TIME.ROW.NUMBER`; of a process that does not know the row, its time alone counts. */
export class SeenChanges {
  readonly #process: string;
  readonly #forMs: number;
  readonly #rows = new Map<string, Row>();
  #lastRow = 0;

  /** `forMs`: by so much two changes that are told one after the other may be out of order. */
  constructor(process: string, forMs: number) {
    this.#process = process;
    this.#forMs = forMs;
  }

  begin(at: number, told: readonly Told[] = []): Hold {
    const id = `${this.#process}${(++this.#lastRow).toString(36)}`;
    const row: Row = { id, forgotten: 0, told: [], versions: new Map(), at, isHeld: true };
    this.#append(row, told);
    row.at = at;
    return new Hold(row, (added) => this.#keep(row, added));
  }

  /** Throws `invalid_request` for what is no mark. */
  at(mark: ChangeMark): Hold {
    const [, time, id = "", number] = /^(\d{1,15})\.([\w-]+)\.(\d{1,15})$/.exec(mark) ?? [];
    if (time === undefined)
      throw new WorkflowsError("invalid_request", `This is no mark of this store: ${mark.slice(0, 64)}`);
    const at = Number(time);
    const row = this.#rows.get(id);
    if (row === undefined) return this.begin(at);
    const told = Number(number) - row.forgotten;
    if (told === row.told.length && !row.isHeld) {
      row.isHeld = true;
      return new Hold(row, (added) => this.#keep(row, added));
    }
    return this.begin(at, told < 0 ? [] : row.told.slice(0, told)); // others went on from there already, or are about to
  }

  #keep(row: Row, added: readonly Told[]): void {
    this.#append(row, added);
    this.#rows.delete(row.id);
    this.#rows.set(row.id, row); // used last
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= mostRows) break;
      this.#rows.delete(oldest);
    }
  }

  #append(row: Row, added: readonly Told[]): void {
    for (const told of added) {
      row.told.push(told);
      row.versions.set(told.id, Math.max(told.version, row.versions.get(told.id) ?? 0));
      row.at = Math.max(row.at, told.at);
      this.#forget(row);
    }
  }

  /** In pieces, so that each costs little. */
  #forget(row: Row): void {
    if (row.told.length < 1024 || row.told.length % 1024 !== 0) return;
    const before = row.at - 2 * this.#forMs - 1000; // an insert's time has no more than its second
    const kept = row.told.slice(-mostTold).filter(({ at }) => at >= before);
    row.forgotten += row.told.length - kept.length;
    row.told = kept;
    row.versions.clear();
    for (const { id, version } of kept) row.versions.set(id, Math.max(version, row.versions.get(id) ?? 0));
  }
}

/** A row that one ask has for itself: whoever asks with the same mark meanwhile gets another. What it tells is remembered once it is kept, and not at all if it fails. */
export class Hold {
  readonly #row: Row;
  readonly #keep: (added: readonly Told[]) => void;

  constructor(row: Row, keep: (added: readonly Told[]) => void) {
    this.#row = row;
    this.#keep = keep;
  }

  /** For one try: another begins where this one did. */
  look(): Look {
    return new Look(this.#row);
  }

  /** The try succeeded, and its marks are given away. */
  keep({ added }: Look): void {
    this.#keep(added);
  }

  /** The ask has ended, however it did. */
  release(): void {
    this.#row.isHeld = false;
  }
}

/** A row with what one try adds to it. */
export class Look implements Seen {
  readonly added: Told[] = [];
  readonly #row: Row;
  readonly #versions = new Map<string, number>();
  #at: number;

  constructor(row: Row) {
    this.#row = row;
    this.#at = row.at;
  }

  get at(): number {
    return this.#at;
  }

  has(id: string, version: number): boolean {
    return Math.max(this.#row.versions.get(id) ?? -1, this.#versions.get(id) ?? -1) >= version;
  }

  add(told: Told): void {
    this.added.push(told);
    this.#versions.set(told.id, Math.max(told.version, this.#versions.get(told.id) ?? 0));
    this.#at = Math.max(this.#at, told.at);
  }

  mark(): ChangeMark {
    const { id, forgotten, told } = this.#row;
    return `${this.#at}.${id}.${forgotten + told.length + this.added.length}`;
  }
}
