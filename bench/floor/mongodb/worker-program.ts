// A worker of the floor: follows the hints for it, reads the jobs that they name, makes each one's call, and commits in batches.
// Usage: URI DATABASE NAME RECEIVER_PORT CONNECTIONS
import { createHash } from "node:crypto";
import { Pool } from "undici";
import { serve } from "../../processes/child.ts";
import { Batches, writeLingerMs } from "./batches.ts";
import { commitAll, openCollections } from "./collections.ts";
import { type Completion, completionOf, type JobDocument } from "./job-document.ts";

const [uri = "", database = "", name = "", receiverPort = "", connections = ""] = process.argv.slice(2);
const { jobs, hints } = await openCollections(uri, database);
const origin = `http://127.0.0.1:${receiverPort}`;
const pool = new Pool(origin, { connections: Number(connections) });
let completed = 0;

const commits = new Batches<Completion>(async (batch) => {
  await commitAll(jobs, batch);
  completed += batch.length;
}, writeLingerMs);

async function runJob(job: JobDocument): Promise<void> {
  const startedAt = Date.now();
  const { n } = JSON.parse(job.input) as { readonly n: number };
  const path = `/calls/${n}`;
  const requestBody = `{"n":${n}}`;
  const key = createHash("sha256").update(job._id).digest("hex").slice(0, 32);
  const { statusCode, body } = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: requestBody,
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode}`);
  const headers = ["Content-Type: application/json", `Idempotency-Key: ${key}`];
  const request = { uri: origin + path, method: "POST", body: requestBody, headers };
  commits.add(completionOf(job, { startedAt, request, response: { statusCode, body: text } }));
}

/** One read is under way at a time; ids that come meanwhile ride the next. */
const reads = new Batches<string>(async (ids) => {
  for (const job of await jobs.find({ _id: { $in: [...ids] } }).toArray()) void runJob(job);
}, 0);

async function follow(): Promise<never> {
  const cursor = hints.find({ to: name }, { tailable: true, awaitData: true, maxAwaitTimeMS: 5000 });
  for await (const hint of cursor) for (const id of hint.jobs) reads.add(id);
  throw new Error("The floor's cursor ended");
}

void follow();
serve({}, () => ({ completed }));
