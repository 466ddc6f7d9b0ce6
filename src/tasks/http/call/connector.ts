import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { buildConnector } from "undici";
import { reasonOf } from "../../attempt-failure.ts";
import { refusalOf } from "../address.ts";
import { HttpFailure } from "./failure.ts";

/** Finds every address of a host; `dns.lookup` with `all` is one. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export const systemResolve: Resolve = systemLookup;

/** Opens a socket within `timeoutMs`, name look-up and TLS included. */
export type Connect = (
  options: buildConnector.Options,
  timeoutMs: number,
  callback: (error: HttpFailure | null, socket: Socket | null) => void,
) => Socket | undefined;

/**
 * Connects to checked addresses only: what is looked up is checked and handed to the socket as it is, so that a name
 * that changes between two look-ups gains nothing, and a host that is an address, for which no look-up happens, is checked here.
 */
export function createConnect(refusePrivate: boolean, resolve: Resolve): Connect {
  const open = buildConnector({ timeout: 0, allowH2: false, lookup: checkedLookup(refusePrivate, resolve) }) as (
    options: buildConnector.Options,
    callback: (error: Error | null, socket: Socket | null) => void,
  ) => Socket;

  return function connect(options, timeoutMs, callback) {
    const refused = isIP(options.hostname) === 0 ? undefined : refusalOf(options.hostname, refusePrivate);
    if (refused !== undefined) {
      const failure = new HttpFailure("address_refused", `${options.hostname} is refused: ${refused}`);
      queueMicrotask(() => callback(failure, null)); // the caller is not ready for an answer yet
      return undefined;
    }
    const where = options.host ?? options.hostname;
    let reached = false;
    const socket = open(options, (error, connected) => {
      clearTimeout(timer);
      // Where it failed, the library gives nothing in place of the null of its type.
      callback(error === null ? null : connectFailure(error, where, reached), connected ?? null);
    });
    // An exact timer of our own: the client's are made for seconds.
    const timer = setTimeout(() => {
      socket.destroy(new HttpFailure("connect_timeout", `no connection to ${where} within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.once("connect", () => {
      reached = true;
    });
    return socket;
  };
}

function connectFailure(error: Error, where: string, reached: boolean): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const [code, what] = reached
    ? (["tls_failed", "no TLS with"] as const)
    : (["connect_failed", "no connection to"] as const);
  return new HttpFailure(code, `${what} ${where}: ${reasonOf(error)}`, error);
}

function checkedLookup(refusePrivate: boolean, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(new HttpFailure("dns_failed", `${hostname} was not found: ${reasonOf(error)}`, error), []);
        return;
      }
      const reasons: string[] = [];
      const allowed = found.filter(({ address }) => {
        const reason = isIP(address) === 0 ? "not an address" : refusalOf(address, refusePrivate);
        if (reason !== undefined) reasons.push(`${address}: ${reason}`);
        return reason === undefined;
      });
      const [first] = allowed;
      if (first === undefined) callback(nothingLeft(hostname, reasons), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function nothingLeft(hostname: string, reasons: readonly string[]): HttpFailure {
  return reasons.length === 0
    ? new HttpFailure("dns_failed", `${hostname} has no address`)
    : new HttpFailure("address_refused", `${hostname} is refused: ${reasons.join(", ")}`);
}
