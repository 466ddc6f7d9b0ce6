import type { Socket } from "node:net";

/** A request as far as the benchmark's own services look at it. */
export interface RawRequest {
  readonly path: string;
  readonly body: string;
}

/** Reads the requests of a connection, as cheaply as it can be done: known clients, length given, ASCII only. */
export function onRequests(socket: Socket, handle: (request: RawRequest) => void): void {
  let rest = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (piece) => {
    rest += piece.toString("latin1");
    for (let whole = firstRequest(rest); whole !== undefined; whole = firstRequest(rest)) {
      rest = rest.slice(whole.length);
      handle(whole.request);
    }
  });
}

function firstRequest(text: string): { readonly request: RawRequest; readonly length: number } | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const length = head + 4 + bodyLength;
  if (text.length < length) return undefined;
  const path = text.slice(text.indexOf(" ") + 1, text.indexOf(" HTTP/"));
  return { request: { path, body: text.slice(head + 4, length) }, length };
}
