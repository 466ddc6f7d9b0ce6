import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A call that the target took, answered or not. */
export interface TakenCall {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly body: string;
}

export interface Target {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly calls: readonly TakenCall[];
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** How often the registry refuses a device before it is up. */
const refusals = 2;
const installMs = 2500;

/** The services that the examples call, played by one small server: an inventory, a registry, tickets, firmware. */
export async function startTarget(port: number): Promise<Target> {
  const calls: TakenCall[] = [];
  const server = createServer((request, response) => {
    void take(request).then(async (call) => {
      calls.push(call);
      const { status, body } = await answer(call, calls);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close };
}

async function take(request: IncomingMessage): Promise<TakenCall> {
  const body: Buffer[] = [];
  for await (const piece of request) body.push(piece as Buffer);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    idempotencyKey: String(request.headers["idempotency-key"] ?? ""),
    body: Buffer.concat(body).toString("utf8"),
  };
}

async function answer(call: TakenCall, calls: readonly TakenCall[]): Promise<Answer> {
  const [, service] = call.path.split("/");
  switch (service) {
    case "inventory":
      return { status: 200, body: { removed: true } };
    case "registry": {
      const attempts = calls.filter((other) => other.idempotencyKey === call.idempotencyKey).length;
      if (attempts <= refusals) return { status: 503, body: { error: "the registry is starting" } };
      return { status: 200, body: { registered: true } };
    }
    case "tickets":
      return { status: 200, body: { id: "T-1024", assignee: { name: "Ada" } } };
    case "firmware":
      await delay(installMs);
      return { status: 200, body: { version: "4.2.0" } };
    default:
      return { status: 404, body: { error: "no such service" } };
  }
}
