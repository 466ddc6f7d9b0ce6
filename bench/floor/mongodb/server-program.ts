// The floor's server: takes starts on raw sockets, inserts them in batches as jobs of one of the workers, and tells each worker of its own.
// Usage: URI DATABASE WORKER...
import { type AddressInfo, createServer, type Socket } from "node:net";
import { serve } from "../../processes/child.ts";
import { onRequests } from "../../processes/http-requests.ts";
import { Batches, writeLingerMs } from "./batches.ts";
import { openCollections } from "./collections.ts";
import { type JobDocument, startedJob } from "./job-document.ts";

const [uri = "", database = "", ...workers] = process.argv.slice(2);
const { jobs, hints } = await openCollections(uri, database);

interface Start {
  readonly job: JobDocument;
  readonly socket: Socket;
}

const starts = new Batches<Start>(async (batch) => {
  await jobs.insertMany(
    batch.map(({ job }) => job),
    { ordered: false },
  );
  for (const { job, socket } of batch) socket.write(created(job._id));
  const assigned = Map.groupBy(batch, ({ job }) => job.owner);
  // Never waited for: the jobs are stored, and a hint may be lost.
  void hints.insertMany([...assigned].map(([to, members]) => ({ to, jobs: members.map(({ job }) => job._id) })));
}, writeLingerMs);

function created(id: string): string {
  const body = `{"id":"${id}","name":"bench","success":true}`;
  return `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nconnection: keep-alive\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

let turn = 0;
const server = createServer({ noDelay: true }, (socket) => {
  onRequests(socket, ({ body }) => {
    const owner = workers[turn++ % workers.length] ?? "";
    starts.add({ job: startedJob(body, owner), socket });
  });
});

server.listen(0, "127.0.0.1", () => serve({ port: (server.address() as AddressInfo).port }, () => ({})));
