import { parentPort, workerData } from "node:worker_threads";
import type { CopierRequest } from "./copier.ts";
import { Database } from "./database.ts";

// Copies the journal into the file, on a connection of its own: SQLite lets one connection do so while another writes.

if (parentPort === null) throw new Error("This file is a thread of the store: it is started by the store");
const port = parentPort;
const database = new Database(String(workerData));
database.exec("PRAGMA synchronous = FULL");

port.on("message", (request: CopierRequest) => {
  if (request === "close") {
    database.close();
    port.close();
    return;
  }
  try {
    database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
  } catch {
    // Another process does it now, or the disk is full or ill: what was committed is safe in the journal.
  }
  port.postMessage("copied");
});
