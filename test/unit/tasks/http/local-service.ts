import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";

/** A request as the service read it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface LocalService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Those that are open now. */
  readonly open: ReadonlySet<Socket>;
}

type Handler = (request: ReceivedRequest, response: ServerResponse, socket: Socket) => void;

const answerOk: Handler = (_, response) => void response.end("ok");

/** A real HTTP service on a free port of this machine; what it reads it keeps. */
export async function startService(handler: Handler = answerOk): Promise<LocalService> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", rawHeaders, headers, socket } = request;
      const received = { method, url, rawHeaders, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      handler(received, response, socket);
    });
  });
  server.keepAliveTimeout = 60_000;
  return listening(server, requests);
}

/** A service that is handed each connection and speaks, or does not, as it likes. */
export function startRawService(accept: (socket: Socket, count: number) => void): Promise<LocalService> {
  let count = 0;
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined); // a caller that hangs up is what some tests are about
    accept(socket, ++count);
    socket.resume(); // who reads nothing does not notice the end
  });
  return listening(server, []);
}

async function listening(server: Server | TcpServer, requests: ReceivedRequest[]): Promise<LocalService> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => accepted,
    open,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
