import { Socket } from "node:net";
import { vi } from "vitest";

export interface ObservedSockets extends Disposable {
  /** Every address that this process tried to connect to, as Node hands it to the system. */
  readonly attempts: readonly string[];
}

/** Watches every socket of the process: the last place before the system where an address can be seen. */
export function observeSockets(): ObservedSockets {
  const attempts: string[] = [];
  const watched = new WeakSet<Socket>();
  const connect = Object.getOwnPropertyDescriptor(Socket.prototype, "connect")?.value as (
    ...given: unknown[]
  ) => Socket;
  const spy = vi.spyOn(Socket.prototype, "connect").mockImplementation(function observed(
    this: Socket,
    ...given: unknown[]
  ) {
    if (!watched.has(this)) this.on("connectionAttempt", (address: string) => attempts.push(address));
    watched.add(this);
    return Reflect.apply(connect, this, given);
  });
  return { attempts, [Symbol.dispose]: () => spy.mockRestore() };
}
