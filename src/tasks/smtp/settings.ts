/** How a mail server is logged in to. */
export type LoginMechanism = "PLAIN" | "LOGIN" | "CRAM-MD5";

/**
 * How the connection is encrypted. `auto`: from the first byte on port 465, elsewhere by STARTTLS where the server offers it; `starttls`: by STARTTLS or not at
 * all; `implicit`: from the first byte; `off`: never.
 */
export type MailEncryption = "auto" | "starttls" | "implicit" | "off";

export interface Login {
  readonly username: string;
  readonly password: string;
  /** Absent: the first of PLAIN, LOGIN and CRAM-MD5 that the server offers. */
  readonly mechanism?: LoginMechanism;
}

/** What an installation decides about its `smtp` tasks. */
export interface SmtpSettings {
  /** Name or address of the mail server, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly encryption: MailEncryption;
  /** PEM file of the authorities that may have signed the server's certificate; absent: those that Node knows. */
  readonly caFile?: string;
  /** Takes any certificate. */
  readonly skipVerify: boolean;
  readonly login?: Login;
  /** Logs in to servers on other machines over a connection that is not encrypted, too. */
  readonly insecureLogin: boolean;
  /** At a time; more mails than that wait for a free one. At least 1. */
  readonly maxConnections: number;
  /** How long an unused connection is kept; ms, at least 1. */
  readonly keepAliveMs: number;
  /** After so many mails a connection is not used again: many servers end it then. At least 1. */
  readonly maxMailsPerConnection: number;
  /** To connect, name look-up and implicit TLS included; ms, at least 1. */
  readonly connectTimeoutMs: number;
  /** For each answer of the server; ms, at least 1. */
  readonly responseTimeoutMs: number;
  /** For a whole mail, from connecting to the last answer, where the task does not say; ms, 1 to 86,400,000. */
  readonly timeoutMs: number;
}

export const defaultSmtpSettings: SmtpSettings = {
  host: "localhost",
  port: 25,
  encryption: "auto",
  skipVerify: false,
  insecureLogin: false,
  maxConnections: 10,
  keepAliveMs: 4000,
  maxMailsPerConnection: 100,
  connectTimeoutMs: 10_000,
  responseTimeoutMs: 30_000,
  timeoutMs: 60_000,
};

/** The server, as messages name it. */
export function serverOf({ host, port }: Pick<SmtpSettings, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
