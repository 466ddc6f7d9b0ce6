import { DatabaseSync } from "node:sqlite";

/** What a store's file holds, seen through a connection of its own. */
export class StoreContent implements Disposable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true });
  }

  /** Another number after every commit that changed anything in the file, whoever made it. */
  version(): number {
    return this.#number("PRAGMA data_version", "data_version");
  }

  jobCount(): number {
    return this.#number("SELECT count(*) AS jobs FROM jobs", "jobs");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #number(sql: string, column: string): number {
    return Number(this.#database.prepare(sql).get()?.[column]);
  }
}
