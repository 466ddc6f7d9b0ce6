// Another service that is called: it answers each call after a while that it is told, at first at once.
import { type AddressInfo, createServer } from "node:net";
import { serve } from "./child.ts";
import { onRequests } from "./http-requests.ts";

export interface SlowQuestion {
  readonly answerAfterMs: number;
}

export interface SlowAnswer {
  /** Calls since it was asked last. */
  readonly calls: number;
}

const answer = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}",
);

let answerAfterMs = 0;
let calls = 0;

const server = createServer({ noDelay: true }, (socket) => {
  onRequests(socket, () => {
    calls += 1;
    if (answerAfterMs === 0) socket.write(answer);
    else setTimeout(() => socket.write(answer), answerAfterMs);
  });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve<SlowQuestion, SlowAnswer>({ port }, (question) => {
    answerAfterMs = question.answerAfterMs;
    const counted = calls;
    calls = 0;
    return { calls: counted };
  });
});
