import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a MongoDB server that loses what the server answers, and breaks. */
export interface BreakablePath extends AsyncDisposable {
  readonly uri: string;
  /** From now on no answer comes back; what is asked still arrives. */
  loseAnswers(): void;
  /** On each connection so many bytes of answers come back, or a few more, and then no answer. */
  loseAnswersAfter(bytes: number): void;
  /** Ends all connections; new ones bring answers again. */
  breakOff(): void;
}

/** `uri`: of one server. */
export async function breakablePath(uri: string): Promise<BreakablePath> {
  const { hostname, port } = new URL(uri);
  const sockets = new Set<Socket>();
  let isLosing = false;
  let most = Number.POSITIVE_INFINITY;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let passed = 0;
    near.pipe(far);
    far.on("data", (data) => {
      if (isLosing || passed > most) return;
      passed += data.length;
      near.write(data);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakOff = (): void => {
    isLosing = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    loseAnswers: () => {
      isLosing = true;
    },
    loseAnswersAfter: (bytes) => {
      most = bytes;
    },
    breakOff,
    [Symbol.asyncDispose]: async () => {
      server.close();
      breakOff();
      if (server.listening) await once(server, "close");
    },
  };
}
