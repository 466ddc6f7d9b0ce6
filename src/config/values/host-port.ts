import { isIP } from "node:net";
import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

/** Where a server is. */
export interface HostPort {
  /** Name or address, without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** As it was written. */
  readonly written: string;
}

const hostName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/i;

/** `HOST:PORT` or `[IPV6]:PORT`. */
export function parseHostPort(text: string): HostPort | undefined {
  const written = text.trim();
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+)):(\d{1,5})$/.exec(written);
  const [, bracketed, plain = "", digits] = match ?? [];
  const port = Number(digits);
  if (match === null || port < 1 || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port, written } : undefined;
  return hostName.test(plain) ? { host: plain, port, written } : undefined;
}

/** `usualPort`: suggested where the port is missing. */
export function hostPort(usualPort: number): ValueType<HostPort> {
  return {
    name: "address",
    expected: "HOST:PORT or [IPV6]:PORT",
    parse(found) {
      const written = textOf(found);
      const place = written === undefined ? undefined : parseHostPort(written);
      if (place !== undefined) return accepted(place);
      const guess = [`${written ?? ""}:${usualPort}`, `[${written ?? ""}]:${usualPort}`].find(
        (candidate) => parseHostPort(candidate) !== undefined,
      );
      return rejected(guess === undefined ? {} : { suggestion: guess });
    },
    show: ({ written }) => written,
  };
}
