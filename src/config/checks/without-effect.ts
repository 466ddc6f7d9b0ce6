import { type Config, type SettingName, settingNames, settingOf } from "../config.ts";
import { formatOrigin, type Origin } from "../source.ts";

type Origins = Readonly<Record<SettingName, Origin>>;

const ofMongo: readonly SettingName[] = settingNames.filter(
  (name) => settingOf(name).section === "MongoDB" && name !== "mongoUrl",
);

/** A line for each setting that somebody gave and that changes nothing. */
export function withoutEffect(config: Config, origins: Origins): string[] {
  const given = settingNames.filter((name) => origins[name].from !== "default");
  return given.flatMap((name) => {
    const why = reason(name, config);
    return why === undefined ? [] : [`${formatOrigin(origins[name])}: ${settingOf(name).key} has no effect${why}`];
  });
}

function reason(name: SettingName, { mongoUrl, sqlitePath }: Config): string | undefined {
  const { without } = settingOf(name);
  if (without !== undefined) return ` yet: this version comes without ${without}`;
  if (name === "sqlitePath" && mongoUrl !== undefined) return ": mongo-url is set, so the store is MongoDB";
  if (ofMongo.includes(name) && mongoUrl === undefined)
    return `: mongo-url is not set, so the store is SQLite in ${sqlitePath}`;
  return undefined;
}
