import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { StartError } from "../../model/errors.ts";
import { openingMs, retryWhileBusy } from "./database/busy-retry.ts";
import { Checkpoints } from "./database/checkpoint.ts";
import { type Database, resultCodeOf } from "./database/database.ts";
import { openDatabase } from "./database/open-database.ts";
import { performReads } from "./database/reading.ts";
import { performBatch } from "./database/transaction.ts";
import type { Request, Response, Result, ThreadData } from "./protocol.ts";
import { prepareStatements, type Statements } from "./statements/all.ts";

// The thread that alone touches the file: requests come in, answers go out, one transaction at a time.

async function main(port: MessagePort, { path, migrate }: ThreadData): Promise<void> {
  const answer = (response: Response): void => port.postMessage(response);
  let opened: { database: Database; statements: Statements };
  try {
    const database = await openDatabase(path, migrate);
    opened = { database, statements: await retryWhileBusy(() => prepareStatements(database), openingMs) };
  } catch (error) {
    answer({
      kind: "not_opened",
      start: error instanceof StartError,
      resultCode: resultCodeOf(error),
      message: messageOf(error),
    });
    return;
  }
  const { database, statements } = opened;
  const checkpoints = new Checkpoints(database, path);
  port.on("message", (request: Request) => {
    switch (request.kind) {
      case "write":
        void respond(answer, request.id, () => performBatch(database, statements, request.asks)).then(() =>
          checkpoints.afterBatch(),
        );
        break;
      case "read":
        void respond(answer, request.id, () => performReads(database, statements.reads, request.asks));
        break;
      case "close":
        void checkpoints.close().then(() => {
          database.close();
          port.close();
        });
        break;
      default:
        request satisfies never;
    }
  });
  answer({ kind: "opened" });
}

async function respond(answer: (response: Response) => void, id: number, work: () => Result[]): Promise<void> {
  try {
    answer({ kind: "done", id, results: await retryWhileBusy(work) });
  } catch (error) {
    answer({ kind: "failed", id, message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

if (parentPort === null) throw new Error("This file is the store's thread: it is started by the store");
await main(parentPort, workerData as ThreadData);
