import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServiceCall {
  /** Whom the definition called: the name in `NAME_ADDR`, in small letters. */
  readonly service: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  /** Sent as it is where it is a text, else as JSON. */
  readonly body?: unknown;
  readonly afterMs?: number;
}

export interface Services extends AsyncDisposable {
  /** `NAME_ADDR` for each service. */
  readonly env: Readonly<Record<string, string>>;
  readonly calls: readonly ServiceCall[];
}

/** Local stand-ins for the services that a device-management site has: real HTTP servers, which note what they are asked. */
export async function startServices(names: readonly string[], reply: (call: ServiceCall) => Reply): Promise<Services> {
  const parts = new AsyncDisposableStack();
  const calls: ServiceCall[] = [];
  const env: Record<string, string> = {};
  for (const service of names) {
    const server = createServer((request, response) => {
      const { method = "", url: path = "", headers } = request;
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const call = { service, method, path, headers, body: Buffer.concat(chunks).toString() };
        calls.push(call);
        const { status, body, afterMs = 0 } = reply(call);
        const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
        setTimeout(() => response.writeHead(status).end(text), afterMs);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    env[`${service.toUpperCase()}_ADDR`] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    parts.defer(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
  }
  return { env, calls, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
