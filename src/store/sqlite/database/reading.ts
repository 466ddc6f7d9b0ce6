import type { Read, Result } from "../protocol.ts";
import type { ReadPerformers } from "../statements/all.ts";
import { type Database, isBusy } from "./database.ts";

/** Some reads, each in a transaction of its own: what it answers belongs to one moment. */
export function performReads(database: Database, performers: ReadPerformers, asks: readonly Read[]): Result[] {
  if (database.inTransaction) database.exec("ROLLBACK"); // what a failing disk left open
  return asks.map((read) => {
    database.exec("BEGIN");
    try {
      return { answer: perform(performers, read) };
    } catch (error) {
      if (isBusy(error)) throw error;
      return { failed: error instanceof Error ? error.message : String(error) };
    } finally {
      database.exec("COMMIT");
    }
  });
}

function perform(performers: ReadPerformers, read: Read): unknown {
  switch (read.kind) {
    case "job":
      return performers.job(read.ask);
    case "assigned":
      return performers.assigned(read.ask);
    case "list":
      return performers.list(read.ask);
    case "history":
      return performers.history(read.ask);
    case "overdue":
      return performers.overdue(read.ask);
    case "offered":
      return performers.offered(read.ask);
    case "owing":
      return performers.owing(read.ask);
    case "workers":
      return performers.workers(read.ask);
    case "definition":
      return performers.definition(read.ask);
    case "definitionVersion":
      return performers.definitionVersion(read.ask);
    case "definitions":
      return performers.definitions(read.ask);
    case "health":
      return performers.health(read.ask);
    case "dataVersion":
      return performers.dataVersion(read.ask);
    default:
      return read satisfies never;
  }
}
