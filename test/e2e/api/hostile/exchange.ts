import { connect } from "node:net";

export interface Reply {
  readonly status: number;
  /** Lower case. */
  readonly head: string;
  readonly body: string;
}

const patienceMs = 10_000;

/** Sends bytes and gives every answer that comes back before the server closes the connection. Rejects when it does not close. */
export function exchange(port: number, bytes: Buffer): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    const chunks: Buffer[] = [];
    socket.setTimeout(patienceMs, () => {
      reject(new Error(`No end of the answer in ${patienceMs} ms: ${Buffer.concat(chunks).toString("latin1")}`));
      socket.destroy();
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => socket.destroy()); // the server may close while we are sending
    socket.on("close", () => resolve(repliesIn(Buffer.concat(chunks).toString("latin1"))));
    socket.write(bytes);
  });
}

/** A body of ours is JSON, so it holds no line break and no status line can be inside one. */
function repliesIn(text: string): Reply[] {
  const starts = [...text.matchAll(/HTTP\/1\.1 (\d{3}) [\w '-]*\r\n/g)];
  return starts.map((start, at) => {
    const reply = text.slice(start.index, starts[at + 1]?.index);
    const headEnd = reply.indexOf("\r\n\r\n");
    return { status: Number(start[1]), head: reply.slice(0, headEnd).toLowerCase(), body: reply.slice(headEnd + 4) };
  });
}
