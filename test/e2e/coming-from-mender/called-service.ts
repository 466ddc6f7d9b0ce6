import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "../../support/on-test-finished.ts";

/** One call that a workflow made. */
export interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body?: string;
}

export interface CalledService {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every call so far, in order, those that were not answered too. */
  readonly calls: readonly Call[];
  to(path: string): readonly Call[];
}

/** A service that workflows call. `answer` may keep a call open for ever, by a promise that does not resolve. It ends with the test. */
export async function calledService(
  answer: (call: Call, callsBefore: number) => Answer | Promise<Answer> = () => ({}),
  port = 0,
): Promise<CalledService> {
  const calls: Call[] = [];
  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = { path: request.url ?? "", headers: request.headers, body: await text(request) };
    const before = calls.filter(({ path }) => path === call.path).length;
    calls.push(call);
    const { status = 200, body = "{}" } = await answer(call, before);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  }
  // Who hangs up in the middle of a call gets no answer.
  const server = createServer((request, response) => void reply(request, response).catch(() => undefined));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    to: (path) => calls.filter((call) => call.path === path),
  };
}

/** An answer that never comes. */
export function never(): Promise<Answer> {
  return new Promise(() => undefined);
}
