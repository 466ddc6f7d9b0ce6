import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

export interface ListenAddress {
  /** Name or address to listen on, without brackets. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
  /** As it was written. */
  readonly written: string;
}

const hostName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

/** `HOST:PORT`, `[IPV6]:PORT` or `:PORT`, which means every interface as in the original. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const written = text.trim();
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(written);
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  const port = Number(digits);
  if (port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port, written } : undefined;
  if (plain === undefined || plain === "") return { host: everyInterface(), port, written };
  return isIP(plain) === 4 || hostName.test(plain) ? { host: plain, port, written } : undefined;
}

/** `::` takes IPv4 connections too, but cannot be bound where the system has no IPv6. */
function everyInterface(): string {
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family }) => family === "IPv6"),
  );
  return hasIpv6 ? "::" : "0.0.0.0";
}

/** Whether only this machine can connect. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith("127.");
  return host.toLowerCase() === "localhost" || /^(0{0,4}:){2,7}0{0,3}1$/.test(host) || /^::ffff:127\./i.test(host);
}

export const listenAddress: ValueType<ListenAddress> = {
  name: "address",
  expected: "HOST:PORT, [IPV6]:PORT or :PORT (every interface), with a port from 0 to 65535",
  parse(found) {
    const written = textOf(found);
    const address = written === undefined ? undefined : parseListenAddress(written);
    if (address !== undefined) return accepted(address);
    if (written === undefined) return rejected();
    const guess = [`127.0.0.1:${written}`, `${written}:8080`, `[${written}]:8080`].find(
      (candidate) => parseListenAddress(candidate) !== undefined,
    );
    return rejected(guess === undefined ? {} : { suggestion: guess });
  },
  show: ({ written }) => written,
};
