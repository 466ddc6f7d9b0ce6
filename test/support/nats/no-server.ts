import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Listener extends AsyncDisposable {
  readonly address: string;
  connections(): number;
  /** Of the connections, those that the other side has not closed. */
  open(): number;
  /** Whether anybody said something. */
  heard(): boolean;
}

/** Somebody who takes connections and is no NATS server. */
export async function listener(onConnection: (socket: Socket) => void): Promise<Listener> {
  const sockets: Socket[] = [];
  let heard = false;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined).on("data", () => (heard = true));
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.length,
    open: () => sockets.filter((socket) => !socket.readableEnded && !socket.destroyed).length,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
