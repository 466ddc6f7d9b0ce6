import { type Config, type SettingName, settingNames, settingOf } from "../config.ts";
import { formatOrigin, type Origin } from "../source.ts";

type Origins = Readonly<Record<SettingName, Origin>>;

const ofMongo: readonly SettingName[] = settingNames.filter(
  (name) => settingOf(name).section === "MongoDB" && name !== "mongoUrl",
);

const ofNats: readonly SettingName[] = settingNames.filter(
  (name) => settingOf(name).section === "NATS tasks" && name !== "natsUri",
);

/** A line for each setting that somebody gave and that changes nothing, or that says so of itself. */
export function noteworthy(config: Config, origins: Origins): string[] {
  const given = settingNames.filter((name) => origins[name].from !== "default");
  const ineffective = Map.groupBy(given, (name) => reason(name, config));
  const told = (ineffective.get(undefined) ?? []).flatMap((name) => {
    const { key, telling } = settingOf(name);
    return telling === undefined ? [] : [`${formatOrigin(origins[name])}: ${key}: ${telling}`];
  });
  return [
    ...told,
    ...[...ineffective].flatMap(([why, names]) => (why === undefined ? [] : together(names, why, origins))),
  ];
}

/** One line for the settings of a file that have no effect for the same reason, at the place of the first. */
function together(names: readonly SettingName[], why: string, origins: Origins): string[] {
  const files = Map.groupBy(names, (name) => {
    const origin = origins[name];
    return origin.from === "file" ? origin.file : formatOrigin(origin);
  });
  return [...files.values()].map((group) => {
    const sorted = group.toSorted((a, b) => lineOf(origins[a]) - lineOf(origins[b]));
    const keys = sorted.map((name) => settingOf(name).key);
    const last = keys.length > 1 ? ` and ${keys.pop()} have` : " has";
    const [first] = sorted;
    return `${first === undefined ? "" : formatOrigin(origins[first])}: ${keys.join(", ")}${last} no effect${why}`;
  });
}

function lineOf(origin: Origin): number {
  return origin.from === "file" ? origin.line : 0;
}

const ofMailLogin: readonly SettingName[] = ["smtpAuthMechanism", "smtpInsecureLogin"];
const ofMailEncryption: readonly SettingName[] = ["smtpTlsCa", "smtpTlsSkipverify"];

function reason(name: SettingName, config: Config): string | undefined {
  const { mongoUrl, sqlitePath, smtpUsername, smtpTls, natsUri } = config;
  if (name === "sqlitePath" && mongoUrl !== undefined) return ": mongo-url is set, so the store is MongoDB";
  if (ofMongo.includes(name) && mongoUrl === undefined)
    return `: mongo-url is not set, so the store is SQLite in ${sqlitePath}`;
  if (ofMailLogin.includes(name) && smtpUsername === undefined)
    return ": smtp_username is not set, so there is no login";
  if (ofMailEncryption.includes(name) && smtpTls === "off") return ": smtp_tls is off";
  if (ofNats.includes(name) && natsUri === undefined) return ": nats_uri is not set, so there are no nats tasks";
  if (name === "natsInsecureLogin" && natsUri?.login === undefined) return ": nats_uri has no login";
  return undefined;
}
