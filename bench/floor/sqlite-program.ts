// What the work costs at least: a durable insert, an HTTP call, a durable update a job, and nothing else.
// Same SQLite settings, same group commit, same HTTP client and receiver as the product.
import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Pool } from "undici";
import { monotonicMs, serve } from "../processes/child.ts";

export interface FloorQuestion {
  readonly receiverPort: number;
  readonly jobs: number;
  readonly inFlight: number;
}

export interface FloorAnswer {
  readonly elapsedMs: number;
}

const [path = ":memory:"] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec(
  "CREATE TABLE job (id TEXT PRIMARY KEY, status TEXT NOT NULL, input TEXT NOT NULL, result TEXT) WITHOUT ROWID",
);
const insert = database.prepare("INSERT INTO job (id, status, input) VALUES (?, 'running', ?)");
const update = database.prepare("UPDATE job SET status = 'completed', result = ? WHERE id = ?");

/** Writes that came in one turn of the event loop share one transaction. */
let waiting: { write: () => void; durable: () => void }[] = [];

function durably(write: () => void): Promise<void> {
  return new Promise((durable) => {
    if (waiting.push({ write, durable }) === 1) setImmediate(commit);
  });
}

function commit(): void {
  const group = waiting;
  waiting = [];
  database.exec("BEGIN IMMEDIATE");
  for (const { write } of group) write();
  database.exec("COMMIT");
  for (const { durable } of group) durable();
}

async function oneJob(pool: Pool, job: number): Promise<void> {
  const id = randomBytes(12).toString("hex");
  const input = `{"n":${job}}`;
  await durably(() => insert.run(id, input));
  const { statusCode, body } = await pool.request({
    method: "POST",
    path: `/calls/${job}`,
    headers: { "content-type": "application/json", "idempotency-key": id },
    body: input,
  });
  const result = await body.text();
  if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode}`);
  await durably(() => update.run(result, id));
}

serve<FloorQuestion, FloorAnswer>({}, async ({ receiverPort, jobs, inFlight }) => {
  const pool = new Pool(`http://127.0.0.1:${receiverPort}`, { connections: inFlight });
  let next = 0;
  const beganAtMs = monotonicMs();
  const lane = async (): Promise<void> => {
    for (let job = next++; job < jobs; job = next++) await oneJob(pool, job);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const elapsedMs = monotonicMs() - beganAtMs;
  await pool.close();
  return { elapsedMs };
});
