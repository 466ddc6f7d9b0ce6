// A service that workflows call, as a process of its own: it outlives the kills of everything else and logs what it saw.
import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { monotonicMs } from "../clocks/monotonic-clock.ts";
import type { ReceivedCall } from "./received-call.ts";
import type { ReceiverOptions, ReceiverReport } from "./receiver.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as ReceiverOptions & { readonly logPath: string };
const log = openSync(options.logPath, "a");
const seenByKey = new Map<string, number>();
const open = new Set<IncomingMessage>();
let received = 0;
let lines = 0;
let seed = options.seed ?? 1;

/** Mulberry32 (Tommy Ettinger): a run can be repeated from its seed. */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

function report(message: ReceiverReport): void {
  if (process.connected) process.send?.(message);
}

/** How this call is answered: the query's wishes (`delay_ms`, `status`, `refuse_first`) go before the receiver's habits. */
function manner(request: IncomingMessage): { delayMs: number; status: number } {
  const query = new URL(request.url ?? "/", "http://receiver").searchParams;
  const [least, most] = options.delayMs ?? [0, 0];
  const delayMs = Number(query.get("delay_ms") ?? least + random() * (most - least));
  const key = `${request.headers["idempotency-key"]?.toString()} ${request.url}`;
  const before = seenByKey.get(key) ?? 0;
  seenByKey.set(key, before + 1);
  if (before < Number(query.get("refuse_first") ?? 0)) return { delayMs, status: 503 };
  if (query.has("status")) return { delayMs, status: Number(query.get("status")) };
  const refused = options.refuseOneIn !== undefined && random() * options.refuseOneIn < 1;
  return { delayMs, status: refused ? 503 : 200 };
}

function answer(response: ServerResponse, call: ReceivedCall): void {
  response.statusCode = call.status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ received, status: call.status, echo: call.body }));
}

const server = createServer((request, response) => {
  received += 1;
  open.add(request);
  const receivedAtMs = monotonicMs();
  const receivedWallMs = Date.now();
  const { delayMs, status } = manner(request);
  const body: Buffer[] = [];
  request.on("data", (piece: Buffer) => body.push(piece));
  const call = (): ReceivedCall => ({
    line: lines + 1,
    method: request.method ?? "",
    path: request.url ?? "",
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(body).toString("utf8"),
    receivedAtMs,
    receivedWallMs,
    status,
  });
  const write = (entry: ReceivedCall): void => {
    writeSync(log, `${JSON.stringify(entry)}\n`);
    lines += 1;
  };
  const timer = setTimeout(() => answer(response, call()), delayMs);
  response.once("finish", () => write({ ...call(), answeredAtMs: monotonicMs() }));
  response.once("close", () => {
    open.delete(request);
    if (response.writableFinished) return;
    clearTimeout(timer);
    write({ ...call(), abandonedAtMs: monotonicMs() });
  });
});
// A connection that is closed for being idle just as a call is sent on it would be a failure that this log cannot show.
server.keepAliveTimeout = 0;
server.listen(options.port ?? 0, "127.0.0.1", () => {
  report({ kind: "listening", port: (server.address() as AddressInfo).port });
  let told = "";
  setInterval(() => {
    const callers = [...open].map(({ headers }) => headers["x-incarnation"]?.toString() ?? "");
    const news = { kind: "received", count: received, open: callers } as const;
    const text = JSON.stringify(news);
    if (told !== text) report(news);
    told = text;
  }, 10);
});
process.once("disconnect", () => process.exit(0));
