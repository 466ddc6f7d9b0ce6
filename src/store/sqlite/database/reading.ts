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
    case "find":
      return performers.find(read.ask);
    case "counts":
      return performers.counts(read.ask);
    case "changed":
      return performers.changed(read.ask);
    case "versions":
      return performers.versions(read.ask);
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
    case "newestDefinition":
      return performers.newestDefinition(read.ask);
    case "definitions":
      return performers.definitions(read.ask);
    case "definitionSources":
      return performers.definitionSources(read.ask);
    case "definitionMark":
      return performers.definitionMark(read.ask);
    case "definitionVersions":
      return performers.definitionVersions(read.ask);
    case "definitionSource":
      return performers.definitionSource(read.ask);
    case "definitionVersionCounts":
      return performers.definitionVersionCounts(read.ask);
    case "holding":
      return performers.holding(read.ask);
    case "health":
      return performers.health(read.ask);
    case "untaken":
      return performers.untaken(read.ask);
    case "dataVersion":
      return performers.dataVersion(read.ask);
    default:
      return read satisfies never;
  }
}
