import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { resultCode } from "./result-code.ts";

/** What a row holds: our schema has no blobs and no integers beyond 2^53. */
export type Value = string | number | null;

export type Row = readonly Value[];

/** A prepared statement whose rows are arrays, in the order of the selected columns. */
export class Statement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    statement.setReturnArrays(true);
  }

  /** The first row. The caller names the columns that it selected. */
  get<T extends Row>(...parameters: readonly SQLInputValue[]): T | undefined {
    return this.#statement.get(...parameters) as unknown as T | undefined;
  }

  all<T extends Row>(...parameters: readonly SQLInputValue[]): T[] {
    return this.#statement.all(...parameters) as unknown as T[];
  }

  /** Answers how many rows were changed. */
  run(...parameters: readonly SQLInputValue[]): number {
    return Number(this.#statement.run(...parameters).changes);
  }

  /** Answers the row id of the one row inserted; undefined where a conflict left everything as it was. */
  insert(...parameters: readonly SQLInputValue[]): number | undefined {
    const { changes, lastInsertRowid } = this.#statement.run(...parameters);
    return changes === 0 ? undefined : Number(lastInsertRowid);
  }
}

export type Prepare = (sql: string) => Statement;

/** One connection to one file. Nothing in here waits: a lock held by others is an error at once (`isBusy`). */
export class Database {
  readonly #database: DatabaseSync;

  /** Opens the file, or creates it. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 0 });
  }

  prepare(sql: string): Statement {
    return new Statement(this.#database.prepare(sql));
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Makes a pure function known to SQL. */
  define(name: string, work: (value: number) => number): void {
    this.#database.function(name, { deterministic: true, directOnly: true }, (value) => work(Number(value)));
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#database.close();
  }
}

/** The primary result code of an error of SQLite; undefined for any other error. */
export function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** Another connection holds the lock: the same again may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === resultCode.busy || code === resultCode.locked;
}

const memberFaults: readonly (number | undefined)[] = [
  resultCode.tooBig,
  resultCode.constraint,
  resultCode.mismatch,
  resultCode.range,
  undefined, // thrown by the binding for a value that SQLite does not know, or by code of ours
];

/** The fault is in what was to be written, not in the file, the disk or a lock: others in the same batch may succeed. */
export function isMemberFault(error: unknown): boolean {
  return memberFaults.includes(resultCodeOf(error));
}
