import { isIP } from "node:net";
import { type Config, type SettingName, settings } from "../config.ts";
import { formatOrigin, type Origin, type Problem } from "../source.ts";
import { formatByteSize } from "../values/byte-size.ts";
import { formatDuration } from "../values/duration.ts";
import { isLoopback } from "../values/listen-address.ts";

type Origins = Readonly<Record<SettingName, Origin>>;

interface CrossCheck {
  /** With a value among these that is wrong by itself, the check would speak about a default that nobody wrote. */
  readonly about: readonly SettingName[];
  readonly whenServing?: true;
  check(config: Config, origins: Origins): Problem | undefined;
}

const crossChecks: readonly CrossCheck[] = [
  { about: ["mongoUrl", "mongoUsername", "mongoPassword"], check: wholeLogin },
  { about: ["smtpUsername", "smtpPassword"], check: wholeMailLogin },
  { about: ["smtpHost", "smtpTls", "smtpUsername", "smtpInsecureLogin"], check: mailLoginEncrypted },
  { about: ["natsUri", "natsTlsCa", "natsInsecureLogin"], check: natsLoginEncrypted },
  { about: ["heartbeatMs", "leaseMs"], check: beatInTime },
  { about: ["maxInputBytes", "maxResultBytes", "maxJobBytes"], check: jobHoldsInput },
  { about: ["listen", "apiTokens", "allowUnauthenticated"], whenServing: true, check: openToOthers },
];

/** Values that are right each for itself and wrong together. `serves`: the process will listen. `wrong`: wrong by itself. */
export function crossCheck(
  config: Config,
  origins: Origins,
  serves: boolean,
  wrong: ReadonlySet<SettingName>,
): Problem[] {
  return crossChecks
    .filter(({ about, whenServing }) => (serves || whenServing !== true) && !about.some((name) => wrong.has(name)))
    .map((row) => row.check(config, origins))
    .filter((problem) => problem !== undefined);
}

/** A login needs both; half of one would be refused by MongoDB with words that do not name the setting. */
function wholeLogin({ mongoUrl, mongoUsername, mongoPassword }: Config, origins: Origins): Problem | undefined {
  if (mongoUrl === undefined) return undefined;
  if (mongoUsername === undefined && mongoPassword !== undefined && !hasUser.test(mongoUrl))
    return { place: formatOrigin(origins.mongoPassword), message: "mongo_password needs a user: add mongo_username" };
  // Some mechanisms, such as X.509, know no password.
  if (mongoUsername !== undefined && mongoPassword === undefined && !/[?&]authMechanism=/i.test(mongoUrl))
    return { place: formatOrigin(origins.mongoUsername), message: "mongo_username needs mongo_password" };
  return undefined;
}

const hasUser = /^[^/]*:\/\/.*@/s;

/** A mail server would refuse half a login, at the first mail, with words that do not name the setting. */
function wholeMailLogin({ smtpUsername, smtpPassword }: Config, origins: Origins): Problem | undefined {
  if (smtpUsername === undefined && smtpPassword !== undefined)
    return { place: formatOrigin(origins.smtpPassword), message: "smtp_password needs a user: add smtp_username" };
  if (smtpUsername !== undefined && smtpPassword === undefined)
    return { place: formatOrigin(origins.smtpUsername), message: "smtp_username needs smtp_password" };
  return undefined;
}

/** What the worker would refuse at each mail. */
function mailLoginEncrypted(config: Config, origins: Origins): Problem | undefined {
  const { smtpHost, smtpTls, smtpUsername, smtpInsecureLogin } = config;
  if (smtpTls !== "off" || smtpUsername === undefined || smtpInsecureLogin || mayBeLoopback(smtpHost.host))
    return undefined;
  return {
    place: formatOrigin(origins.smtpTls),
    message: `smtp_tls is off, so the password of smtp_username would be sent to ${smtpHost.host} in the clear: use another smtp_tls, or add the line "smtp_insecure_login: true"`,
  };
}

/** A name may lead to this machine. */
function mayBeLoopback(host: string): boolean {
  return isLoopback(host) || isIP(host) === 0;
}

/** Without TLS, or with a TLS that whoever is between can take away. The seed of a credentials file is not sent. */
function natsLoginEncrypted({ natsUri, natsTlsCa, natsInsecureLogin }: Config, origins: Origins): Problem | undefined {
  if (natsUri?.login === undefined || natsUri.tls || natsTlsCa !== undefined || natsInsecureLogin) return undefined;
  const other = natsUri.servers.find(({ host }) => !isLoopback(host));
  if (other === undefined) return undefined;
  return {
    place: formatOrigin(origins.natsUri),
    message: `nats_uri does not ask for TLS, so its login could be sent to ${other.host} in the clear: write tls:// in place of nats://, or add nats_tls_ca, or the line "nats_insecure_login: true"`,
  };
}

function beatInTime({ heartbeatMs, leaseMs }: Config, origins: Origins): Problem | undefined {
  if (heartbeatMs * 2 < leaseMs) return undefined;
  const most = formatDuration(Math.floor((leaseMs - 1) / 2));
  return {
    place: formatOrigin(givenOne(origins, "heartbeatMs", "leaseMs")),
    message: `heartbeat (${formatDuration(heartbeatMs)}) must be under half of lease (${formatDuration(leaseMs)}): make heartbeat at most ${most}, or lease longer than ${formatDuration(heartbeatMs * 2)}`,
  };
}

function jobHoldsInput(config: Config, origins: Origins): Problem | undefined {
  const { maxJobBytes } = config;
  const part = (["maxInputBytes", "maxResultBytes"] as const).find((name) => config[name] > maxJobBytes);
  if (part === undefined) return undefined;
  const shown = (name: "maxJobBytes" | typeof part) => `${settings[name].key} (${formatByteSize(config[name])})`;
  return {
    place: formatOrigin(givenOne(origins, part, "maxJobBytes")),
    message: `${shown(part)} must not be over ${shown("maxJobBytes")}, which bounds input and results together`,
  };
}

function openToOthers(config: Config, origins: Origins): Problem | undefined {
  const { listen, apiTokens, allowUnauthenticated } = config;
  if (isLoopback(listen.host) || apiTokens.length > 0 || allowUnauthenticated) return undefined;
  return {
    place: formatOrigin(origins.listen),
    message: `listen is ${listen.written}, where others can reach the API: add the line "allow_unauthenticated: true" to let everybody start workflows, or api_tokens (\`workflows token\` prints one with the lines to add)`,
  };
}

/** The one that somebody gave. */
function givenOne(origins: Origins, first: SettingName, second: SettingName): Origin {
  return origins[first].from === "default" ? origins[second] : origins[first];
}
