/** What an installation decides about its `nats` tasks. */
export interface NatsSettings {
  /** Absent: no `nats` task can run, and no definition with one is taken. */
  readonly address?: NatsAddress;
  /** File with a JWT and its seed, as `nsc` writes them; read anew for each connection. */
  readonly credentialsFile?: string;
  /** File with the authorities, as PEM, of which one has signed the servers' certificates; absent: those of Node. With one, no connection is made without TLS. */
  readonly tlsCaFile?: string;
  /** Put before every subject, with a dot. */
  readonly subjectPrefix?: string;
  /** How long an attempt waits for a connection; ms, at least 1. */
  readonly connectTimeoutMs: number;
  /** From the message's last byte to the stream's word that it has it; ms, at least 1. */
  readonly responseTimeoutMs: number;
  /** A server that says nothing for so long, though it is asked halfway, counts as gone, even if nobody closed the connection; ms, at least 2. */
  readonly maxSilenceMs: number;
}

/** Servers of one cluster, and how to log in there. */
export interface NatsAddress {
  /** At least one. */
  readonly servers: readonly NatsServer[];
  /** No connection is made without TLS. */
  readonly tls: boolean;
  readonly login?: NatsLogin;
  /** For people: without the login. */
  readonly shown: string;
}

export interface NatsServer {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

export type NatsLogin = { readonly user: string; readonly password: string } | { readonly token: string };

export const defaultNatsSettings: NatsSettings = {
  connectTimeoutMs: 10_000,
  responseTimeoutMs: 30_000,
  maxSilenceMs: 20_000,
};
