import type { Setting } from "./setting.ts";
import { apiSettings } from "./settings/api.ts";
import { cliTaskSettings } from "./settings/cli-tasks.ts";
import { definitionSettings } from "./settings/definitions.ts";
import { httpTaskSettings } from "./settings/http-tasks.ts";
import { limitSettings } from "./settings/limits.ts";
import { loggingSettings } from "./settings/logging.ts";
import { mongodbSettings } from "./settings/mongodb.ts";
import { natsTaskSettings } from "./settings/nats-tasks.ts";
import { smtpTaskSettings } from "./settings/smtp-tasks.ts";
import { storeSettings } from "./settings/store.ts";
import { workerSettings } from "./settings/worker.ts";

/** Every setting, in the order of the reference. */
export const settings = {
  ...apiSettings,
  ...storeSettings,
  ...mongodbSettings,
  ...definitionSettings,
  ...workerSettings,
  ...httpTaskSettings,
  ...cliTaskSettings,
  ...smtpTaskSettings,
  ...natsTaskSettings,
  ...limitSettings,
  ...loggingSettings,
} as const;

export type SettingName = keyof typeof settings;

/** The value of every setting; what each means, its unit and its bounds stand in the table above. */
export type Config = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer Value> ? Value : never;
};

/** The table as a list. */
export const settingNames = Object.keys(settings) as SettingName[];

export function settingOf(name: SettingName): Setting<unknown> {
  return settings[name];
}

/** What is in force where nothing is configured. */
export const defaultConfig: Config = configOf((name) => settings[name].default);

/** Puts together a value for each setting; the caller answers for their types. */
export function configOf(valueOf: (name: SettingName) => unknown): Config {
  return Object.fromEntries(settingNames.map((name) => [name, valueOf(name)])) as Config;
}
