import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answering extends AsyncDisposable {
  readonly url: string;
  /** What came in, in order. */
  readonly asked: Asked[];
}

/** A server that gives one answer after the other, the last one for ever: whatever a server, or what stands before one, may do on the wire. */
export async function answering(
  ...answers: readonly ((response: ServerResponse, asked: Asked) => void)[]
): Promise<Answering> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const ask = { method, url, headers, body };
      asked.push(ask);
      answers[Math.min(asked.length, answers.length) - 1]?.(response, ask);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
  return json(status, { error: `It is ${code}`, code, details: [] }, headers);
}

/** The connection breaks before there is an answer. */
export function breaking(response: ServerResponse): void {
  response.destroy();
}

/** A stream of events: what is written, and then the connection ends in order, breaks, or stays. */
export function streaming(text: string, then: "ends" | "breaks" | "stays") {
  return (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    if (then === "ends") response.end(text);
    else response.write(text, () => then === "breaks" && response.destroy());
  };
}
