import { optional, setting } from "../setting.ts";
import { type HostPort, hostPort } from "../values/host-port.ts";
import { path } from "../values/path.ts";
import { boolean, choice, integer, text } from "../values/scalars.ts";
import type { ValueType } from "../values/value-type.ts";

const section = "SMTP tasks";

const usual: HostPort = { host: "localhost", port: 25, written: "localhost:25" };

/** The names of RFC 4954 and RFC 2195 are in capitals. */
const mechanisms = choice(["plain", "login", "cram-md5"]);
const mechanism: ValueType<"plain" | "login" | "cram-md5"> = {
  ...mechanisms,
  expected: "one of PLAIN, LOGIN, CRAM-MD5",
  show: (value) => value.toUpperCase(),
};

export const smtpTaskSettings = {
  smtpHost: setting({
    key: "smtp_host",
    section,
    type: hostPort(25),
    default: usual,
    doc: "The mail server that takes the mails of `smtp` tasks, as `HOST:PORT`.",
  }),
  smtpTls: setting({
    key: "smtp_tls",
    section,
    type: choice(["auto", "starttls", "implicit", "off"]),
    default: "auto",
    doc: "How the connection to it is encrypted. `auto`: from the first byte on port 465, elsewhere by STARTTLS where the server offers it. `starttls`: by STARTTLS or not at all. `implicit`: from the first byte. `off`: never.",
  }),
  smtpTlsCa: optional({
    key: "smtp_tls_ca",
    section,
    type: path,
    defaultText: "the authorities that Node knows",
    doc: "PEM file with the certificates of the authorities that may have signed the server's, instead of those that are known anyway.",
  }),
  smtpTlsSkipverify: setting({
    key: "smtp_tls_skipverify",
    section,
    type: boolean,
    default: false,
    doc: "Whether to trust any certificate, for any name. Whoever is between this process and the mail server can then read the password and every mail.",
  }),
  smtpAuthMechanism: optional({
    key: "smtp_auth_mechanism",
    section,
    type: mechanism,
    defaultText: "the first of these that the server offers",
    doc: "How to log in: `PLAIN`, `LOGIN` or `CRAM-MD5`.",
  }),
  smtpUsername: optional({
    key: "smtp_username",
    section,
    type: text(),
    defaultText: "none: no login",
    doc: "User to log in as.",
  }),
  smtpPassword: optional({
    key: "smtp_password",
    section,
    type: text(),
    secret: "whole",
    doc: "Password of that user. It is sent over encrypted connections, and within this machine; nowhere else, unless `smtp_insecure_login` says so.",
  }),
  smtpInsecureLogin: setting({
    key: "smtp_insecure_login",
    section,
    type: boolean,
    default: false,
    doc: "Whether to log in to a server on another machine over a connection that is not encrypted, too. Whoever is between can read the password.",
  }),
  smtpMaxConnections: setting({
    key: "smtp_max_connections",
    section,
    type: integer(1, 1000),
    default: 10,
    doc: "How many connections to the mail server one worker has open at the same time; more mails than that wait for a free one.",
  }),
} as const;
