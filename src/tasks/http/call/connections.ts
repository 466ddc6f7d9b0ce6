import type { Socket } from "node:net";
import { Agent, type buildConnector, Client, type Dispatcher, Pool } from "undici";
import type { HttpSettings } from "../settings.ts";
import type { Connect } from "./connector.ts";
import { Exchange, type Slot } from "./exchange.ts";

/**
 * A place for one connection at a time, with one exchange at a time on it. It tells an exchange what the client
 * keeps to itself: whether its connection was used before, and whether it was reset.
 */
class ConnectionSlot implements Slot {
  begun = 0;
  reset = false;
  readonly #connect: Connect;
  #exchange: Exchange | undefined;
  #connecting: Socket | undefined;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  assign(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.slot = this;
  }

  giveUp(exchange: Exchange, reason: Error): void {
    if (this.#exchange === exchange) this.#connecting?.destroy(reason);
  }

  open(options: buildConnector.Options, callback: buildConnector.Callback): Socket | undefined {
    this.begun = 0;
    this.reset = false;
    const socket = this.#connect(options, this.#exchange?.connectTimeoutMs ?? 1, (error, connected) => {
      this.#connecting = undefined;
      if (connected === null) callback(error ?? new Error("no socket"), null);
      else callback(null, connected);
    });
    this.#connecting = socket;
    // Heard before the client's own listener, which takes a reset for the end of a body that has no length.
    socket?.on("error", () => {
      this.reset = true;
    });
    return socket;
  }
}

class SlotClient extends Client {
  readonly #slot: ConnectionSlot;

  constructor(origin: URL, options: Client.Options, slot: ConnectionSlot) {
    super(origin, { ...options, connect: (target, callback) => slot.open(target, callback) });
    this.#slot = slot;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) this.#slot.assign(handler);
    return super.dispatch(options, handler);
  }
}

/** Connections to every origin: kept after use, or (`keep` false) each for one exchange. */
export function createAgent(settings: HttpSettings, connect: Connect, keep: boolean): Agent {
  const options: Pool.Options = {
    connections: settings.maxConnectionsPerOrigin,
    pipelining: keep ? 1 : 0,
    keepAliveTimeout: settings.keepAliveMs,
    allowH2: false,
    // An exchange has exact timers of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const createClient = (origin: URL, own: Client.Options) => new SlotClient(origin, own, new ConnectionSlot(connect));
  return new Agent({
    ...options,
    factory: (origin, own: Pool.Options) => new Pool(origin, { ...own, factory: createClient }),
  });
}
