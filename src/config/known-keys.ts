import { closest } from "../model/closest.ts";
import { type SettingName, settingNames, settings } from "./config.ts";
import { plainKey, variableOf } from "./setting.ts";

const namesByKey = new Map(settingNames.map((name) => [plainKey(settings[name].key), name]));
const namesByVariable = new Map(settingNames.map((name) => [variableOf(settings[name].key), name]));

/** The setting of a key as files spell it, with dashes or underscores. */
export function nameOfKey(key: string): SettingName | undefined {
  return namesByKey.get(plainKey(key));
}

export function nameOfVariable(variable: string): SettingName | undefined {
  return namesByVariable.get(variable);
}

/** The key that a misspelt one probably means. */
export function nearestKey(key: string): string | undefined {
  return closest(
    key,
    settingNames.map((name) => settings[name].key),
  );
}

/** The variable that a misspelt one probably means. */
export function nearestVariable(variable: string): string | undefined {
  // Without the prefix: with it, everything would look near to everything.
  const key = nearestKey(variable.replace(/^WORKFLOWS_/, ""));
  return key === undefined ? undefined : variableOf(key);
}
