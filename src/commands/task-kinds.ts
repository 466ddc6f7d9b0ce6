import type { Config } from "../config/config.ts";
import { createHttpKind } from "../tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../tasks/http/settings.ts";
import { type TaskKinds, taskKinds } from "../tasks/registry.ts";
import { packageInfo } from "./package-info.ts";

/** The task kinds of this configuration, for checking definitions: nothing is run, no connection is opened. */
export function kindsToCheckWith(config: Config): TaskKinds {
  const settings = { ...defaultHttpSettings, refusePrivate: config.httpRefusePrivate };
  return taskKinds([createHttpKind(settings, packageInfo().version)]);
}
