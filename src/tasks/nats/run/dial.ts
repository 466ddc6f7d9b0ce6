import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import {
  type Authenticator,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
} from "@nats-io/transport-node";
import { problemOfAuthorities } from "../check-files.ts";
import { NatsFailure } from "../failure.ts";
import type { NatsAddress, NatsServer, NatsSettings } from "../settings.ts";
import { dialFailure, reasonOf } from "./dial-failure.ts";
import { leavingNoSocket } from "./leaving-no-socket.ts";
import type { Link } from "./link.ts";
import { publishOn } from "./publish.ts";

/** Connects to one of the servers, whichever answers first in an order of chance, until the signal is aborted. Rejects with `NatsFailure`. */
export async function dial(address: NatsAddress, settings: NatsSettings, signal: AbortSignal): Promise<Link> {
  const common = await optionsOf(address, settings);
  const timeout = Math.ceil(settings.connectTimeoutMs / address.servers.length);
  const failures: NatsFailure[] = [];
  for (const server of inChanceOrder(address.servers)) {
    if (signal.aborted) break;
    try {
      const options = { ...common, ...target(server, common), timeout };
      return linkOver(await leavingNoSocket(() => connect(options), signal), server);
    } catch (error) {
      failures.push(dialFailure(error, shownServer(server), timeout));
    }
  }
  const last = failures.at(-1);
  const messages = failures.length === 0 ? ["nobody waits for it any more"] : failures.map(({ message }) => message);
  throw new NatsFailure(last?.code ?? "connect_failed", messages.join("; "), last);
}

async function optionsOf(address: NatsAddress, settings: NatsSettings): Promise<ConnectionOptions> {
  const { login } = address;
  const { credentialsFile, tlsCaFile } = settings;
  return {
    name: "workflows",
    // What is published while the client reconnects is dropped, or sent when its attempt may be over.
    reconnect: false,
    // The system's look-up, which knows the machine's own names too.
    resolve: false,
    noAsyncTraces: true,
    pingInterval: Math.ceil(settings.maxSilenceMs / 2),
    maxPingOut: 1,
    ...(login !== undefined &&
      ("token" in login ? { token: login.token } : { user: login.user, pass: login.password })),
    ...(credentialsFile !== undefined && {
      authenticator: await authenticatorOf(credentialsFile),
    }),
    ...(tlsCaFile !== undefined && {
      tls: { ca: await authoritiesIn(tlsCaFile) },
    }),
    ...(tlsCaFile === undefined && address.tls && { tls: {} }),
  };
}

async function authenticatorOf(credentialsFile: string): Promise<Authenticator> {
  const content = await contentOf(credentialsFile, "nats_credentials_file", "auth_failed");
  const authenticator = credsAuthenticator(content);
  try {
    authenticator(); // it reads the content when it is asked, in the middle of connecting
  } catch (error) {
    throw new NatsFailure("auth_failed", "the file of nats_credentials_file holds no JWT and seed of a user", error);
  }
  return authenticator;
}

async function authoritiesIn(tlsCaFile: string): Promise<string> {
  const pem = (await contentOf(tlsCaFile, "nats_tls_ca", "tls_failed")).toString();
  const problem = problemOfAuthorities(pem);
  if (problem !== undefined) throw new NatsFailure("tls_failed", `the file of nats_tls_ca ${problem}`);
  return pem;
}

async function contentOf(path: string, setting: string, code: "auth_failed" | "tls_failed"): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new NatsFailure(code, `the file of ${setting} cannot be read: ${reasonOf(error)}`, error);
  }
}

/** Where to, and whom the certificate there must name: Node takes both options, of which the library's types know neither. */
function target(server: NatsServer, { tls }: ConnectionOptions): ConnectionOptions {
  const servers = shownServer(server);
  if (tls === undefined) return { servers };
  const named = { host: server.host, ...(isIP(server.host) === 0 && { servername: server.host }) };
  return { servers, tls: { ...tls, ...named } satisfies object };
}

function shownServer({ host, port }: NatsServer): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function inChanceOrder(servers: readonly NatsServer[]): NatsServer[] {
  return servers
    .map((server) => ({ server, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ server }) => server);
}

function linkOver(client: NatsConnection, server: NatsServer): Link {
  const shown = shownServer(server);
  return {
    server: shown,
    get isOpen() {
      return !client.isClosed();
    },
    closed: client.closed().then((error) => (error instanceof Error ? error.message : undefined)),
    publish: (message, id, timeoutMs) => publishOn(client, shown, message, id, timeoutMs),
    close: () => client.close(),
  };
}
