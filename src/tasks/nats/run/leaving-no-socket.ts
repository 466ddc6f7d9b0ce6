import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import { Socket } from "node:net";

const made = channel("net.client.socket");
const whoConnects = new AsyncLocalStorage<symbol>();

/**
 * Has `connect` make a connection, and destroys every socket made for it that is not the connection's: the client library forgets those of tries that took too
 * long, and they would stay open as long as the other side likes. All of them at once when the signal is aborted; `connect` fails then.
 */
export async function leavingNoSocket<T>(connect: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const me = Symbol("connect");
  const sockets: Socket[] = [];
  const note = (message: unknown): void => {
    if (whoConnects.getStore() !== me) return;
    const { socket } = message as { readonly socket?: unknown };
    if (!(socket instanceof Socket)) return;
    sockets.push(socket);
    if (signal.aborted) socket.destroy();
  };
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  made.subscribe(note);
  signal.addEventListener("abort", destroyAll);
  try {
    const connection = await whoConnects.run(me, connect);
    sockets.pop(); // the addresses of a name are tried one after the other, until one is connected
    return connection;
  } finally {
    signal.removeEventListener("abort", destroyAll);
    made.unsubscribe(note);
    destroyAll();
  }
}
