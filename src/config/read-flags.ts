import type { SettingName } from "./config.ts";
import { settingOf } from "./config.ts";
import type { Given, Source } from "./source.ts";

/** Values of those settings that have a flag, as they were typed. */
export type Flags = { readonly [Name in SettingName]?: string };

export function readFlags(flags: Flags): Source {
  const given = Object.entries(flags).map(([key, text]): Given => {
    const name = key as SettingName;
    const flag = settingOf(name).flag ?? name;
    return { name, found: { value: text }, origin: { from: "flag", flag }, placeOf: () => flag };
  });
  return { given, problems: [], warnings: [] };
}
