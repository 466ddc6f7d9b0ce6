import type { Result, Write } from "../protocol.ts";
import type { Statements, WritePerformers } from "../statements/all.ts";
import type { Tally } from "../statements/job/tally.ts";
import { type Database, isMemberFault } from "./database.ts";

/** What a transaction needs of the store's statements. */
export type BatchStatements = Pick<Statements, "writes" | "tally">;

/** Does one member's work, or answers why it alone is refused. */
type Member = <T>(work: () => T, refused: (reason: string) => T) => T;

/**
 * All of a batch in one transaction, each member atomic and on its own. Throws where nothing of it was done, or nobody knows.
 * First without a savepoint for each member, as no member fails on a usual day; if one does, everything is undone and done
 * again with savepoints (docs/decisions/0003-sqlite.md has the cost).
 */
export function performBatch(database: Database, statements: BatchStatements, batch: readonly Write[]): Result[] {
  try {
    return transaction(database, () => performAll(statements, batch, (work) => work()));
  } catch (error) {
    if (!isMemberFault(error)) throw error;
    return transaction(database, () => performAll(statements, batch, inSavepoint(database, statements.tally)));
  }
}

export function transaction<T>(database: Database, work: () => T): T {
  if (database.inTransaction) database.exec("ROLLBACK"); // what a failing disk left open
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function inSavepoint(database: Database, tally: Tally): Member {
  return (work, refused) => {
    const mark = tally.mark();
    database.exec("SAVEPOINT member");
    try {
      const result = work();
      database.exec("RELEASE member");
      return result;
    } catch (error) {
      if (!isMemberFault(error)) throw error;
      database.exec("ROLLBACK TO member; RELEASE member");
      tally.undo(mark);
      return refused(error instanceof Error ? error.message : String(error));
    }
  };
}

function performAll({ writes, tally }: BatchStatements, batch: readonly Write[], member: Member): Result[] {
  tally.begin();
  const results = performEach(writes, batch, member);
  tally.end();
  return results;
}

function performEach(performers: WritePerformers, batch: readonly Write[], member: Member): Result[] {
  return batch.map((write) => {
    switch (write.kind) {
      case "insert":
        return { answer: write.ask.map((row) => member(() => performers.insert(row), asRefused)) };
      case "commit":
        return { answer: write.ask.map((row) => member(() => performers.commit(row), asRefused)) };
      default:
        return member<Result>(
          () => ({ answer: performOther(performers, write) }),
          (failed) => ({ failed }),
        );
    }
  });
}

function asRefused(refused: string): { readonly refused: string } {
  return { refused };
}

function performOther(performers: WritePerformers, write: Exclude<Write, { kind: "insert" | "commit" }>): unknown {
  switch (write.kind) {
    case "claim":
      return performers.claim(write.ask);
    case "release":
      return performers.release(write.ask);
    case "register":
      return performers.register(write.ask);
    case "beat":
      return performers.beat(write.ask);
    case "expire":
      return performers.expire(write.ask);
    case "surrender":
      return performers.surrender(write.ask);
    case "define":
      return performers.define(write.ask);
    case "defineNew":
      return performers.defineNew(write.ask);
    case "prune":
      return performers.prune(write.ask);
    case "forget":
      return performers.forget(write.ask);
    case "remove":
      return performers.remove(write.ask);
    case "probe":
      return performers.probe(write.ask);
    default:
      return write satisfies never;
  }
}
