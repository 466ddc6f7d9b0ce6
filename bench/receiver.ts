// The service that is called, as cheap as it can be made: fixed answers on raw sockets, one counter a job.
import { type AddressInfo, createServer } from "node:net";
import { monotonicMs, serve } from "./child.ts";

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
  let rest = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (piece) => {
    rest += piece.toString("latin1");
    for (let end = endOfRequest(rest); end > 0; end = endOfRequest(rest)) {
      // POST /calls/123 HTTP/1.1
      received(Number(rest.slice(rest.indexOf("/calls/") + 7, rest.indexOf(" HTTP/"))));
      rest = rest.slice(end);
      socket.write(answer);
    }
  });
});

/** Length of the first whole request, 0 where it is not whole yet. */
function endOfRequest(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return 0;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length >= end ? end : 0;
}

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
