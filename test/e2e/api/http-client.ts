import { once } from "node:events";
import { connect } from "node:net";
import { request } from "undici";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined where there is none. */
  readonly json: unknown;
}

export interface HttpAsk {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export async function send(url: string, { method = "GET", headers = {}, body }: HttpAsk = {}): Promise<HttpAnswer> {
  const answer = await request(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) };
}

export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(url, { method: "POST", headers, body: raw });
}

/** Sends bytes as they are and gives everything that comes back until the server closes the connection, or `untilMs` are over. */
export async function sendRaw(port: number, bytes: string | Buffer, untilMs = 10_000): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => socket.destroy());
  const closed = once(socket, "close", { signal: AbortSignal.timeout(untilMs) });
  socket.write(bytes);
  try {
    await closed;
  } finally {
    socket.destroy();
  }
  return Buffer.concat(chunks).toString("latin1");
}

/** The body of a raw answer. */
export function bodyOf(answer: string): unknown {
  return parsed(answer.slice(answer.indexOf("\r\n\r\n") + 4));
}

function parsed(text: string): unknown {
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}
