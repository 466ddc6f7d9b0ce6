import { isIP } from "node:net";
import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

export interface NatsAddress {
  /** At least one; a host without the brackets of an IPv6 address. */
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly login?: { readonly user: string; readonly password: string } | { readonly token: string };
  /** Without the login. */
  readonly shown: string;
}

const usualPort = 4222;
const hostName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i;

/** `nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]`, or several of them with commas; `tls://` for encrypted connections only. */
export const natsAddress: ValueType<NatsAddress> = {
  name: "address",
  expected:
    "nats://HOST:PORT or tls://HOST:PORT, with USER:PASSWORD@ or TOKEN@ before the host if need be; several with commas, of one cluster and with one login",
  parse(found) {
    const written = textOf(found)
      ?.split(",")
      .map((one) => one.trim());
    const read = written?.map(readOne);
    if (read === undefined || !read.every((one) => one !== undefined)) return rejected();
    const logins = read.flatMap(({ login }) => (login === undefined ? [] : [login]));
    const [login] = logins;
    if (logins.some((other) => JSON.stringify(other) !== JSON.stringify(login))) return rejected();
    const tls = read.some((one) => one.tls);
    const servers = read.map(({ host, port }) => ({ host, port }));
    const shown = read.map((one) => one.shown).join(",");
    return accepted({ servers, tls, ...(login !== undefined && { login }), shown });
  },
  show: ({ shown, login }) => (login === undefined ? shown : shown.replaceAll("://", "://***@")),
};

type One = NatsAddress["servers"][number] & Pick<NatsAddress, "tls" | "login" | "shown">;

function readOne(written: string): One | undefined {
  const [, scheme = "nats", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(written) ?? [];
  if (!/^(nats|tls)$/i.test(scheme)) return undefined;
  const at = rest.lastIndexOf("@");
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]*)\]|([^:[\]/]*))(?::(\d{1,5}))?\/?$/.exec(rest.slice(at + 1)) ?? [];
  const port = digits === undefined ? usualPort : Number(digits);
  const host = bracketed ?? plain ?? "";
  if (port < 1 || port > 65_535 || !(bracketed === undefined ? hostName.test(host) : isIP(host) === 6))
    return undefined;
  const login = at < 0 ? undefined : readLogin(rest.slice(0, at));
  if (at >= 0 && login === undefined) return undefined;
  const tls = scheme.toLowerCase() === "tls";
  const shown = `${tls ? "tls" : "nats"}://${bracketed === undefined ? host : `[${host}]`}:${port}`;
  return { host, port, tls, ...(login !== undefined && { login }), shown };
}

/** What stands before the "@", percent-decoded; what cannot be decoded is taken as it is. */
function readLogin(userinfo: string): NatsAddress["login"] {
  const colon = userinfo.indexOf(":");
  if (userinfo === "" || colon === 0) return undefined;
  if (colon < 0) return { token: decoded(userinfo) };
  return { user: decoded(userinfo.slice(0, colon)), password: decoded(userinfo.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
