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
