// The service that is called, as cheap as it can be made: fixed answers on raw sockets, one counter a job.
import { type AddressInfo, createServer } from "node:net";
import { monotonicMs, serve } from "./child.ts";
import { onRequests } from "./http-requests.ts";

export type ReceiverQuestion =
  /** Forgets what was counted; resolves at once. */
  | { readonly kind: "expect"; readonly jobs: number }
  /** Resolves when each expected job was called, or when no call has come for five seconds. */
  | { readonly kind: "wait" }
  | { readonly kind: "times" };

export interface ReceiverAnswer {
  readonly calls: number;
  /** Jobs that were called at least once. */
  readonly jobs: number;
  /** Monotonic ms of the first call of each job; only for `times`. */
  readonly atMs?: readonly number[];
}

const answer = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}",
);
const silenceMs = 5000;

let atMs = new Float64Array(0);
let calls = 0;
let jobs = 0;
let lastCallAtMs = 0;
let complete: (() => void) | undefined;

function received(job: number): void {
  calls += 1;
  lastCallAtMs = monotonicMs();
  if (atMs[job] !== 0) return;
  atMs[job] = lastCallAtMs;
  jobs += 1;
  if (jobs === atMs.length) complete?.();
}

const server = createServer({ noDelay: true }, (socket) => {
  onRequests(socket, ({ path }) => {
    received(Number(path.slice("/calls/".length)));
    socket.write(answer);
  });
});

function allReceived(): Promise<void> {
  if (jobs === atMs.length) return Promise.resolve();
  lastCallAtMs = monotonicMs();
  return new Promise((resolve) => {
    const watch = setInterval(() => monotonicMs() - lastCallAtMs > silenceMs && complete?.(), 500);
    complete = () => {
      clearInterval(watch);
      complete = undefined;
      resolve();
    };
  });
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve<ReceiverQuestion, ReceiverAnswer>({ port }, async (question) => {
    switch (question.kind) {
      case "expect":
        atMs = new Float64Array(question.jobs);
        calls = 0;
        jobs = 0;
        return { calls, jobs };
      case "wait":
        await allReceived();
        return { calls, jobs };
      case "times":
        return { calls, jobs, atMs: [...atMs] };
      default:
        return question satisfies never;
    }
  });
});
