import type { JsonValue } from "../model/json.ts";
import { masked, maskUserinfo } from "../model/redaction.ts";
import { type SettingName, settingNames, settingOf } from "./config.ts";
import type { LoadedConfig } from "./load.ts";
import { formatOrigin } from "./source.ts";

export interface ExplainedSetting {
  readonly key: string;
  readonly value: JsonValue;
  /** `default`, `config.yaml:3`, a variable or a flag. */
  readonly origin: string;
}

/** Every effective value and where it comes from; secrets are masked. */
export function explainConfig({ config, origins }: LoadedConfig): ExplainedSetting[] {
  return settingNames.map((name) => {
    const { key, type } = settingOf(name);
    return { key, value: hidden(name, type.show(config[name])), origin: formatOrigin(origins[name]) };
  });
}

function hidden(name: SettingName, value: JsonValue): JsonValue {
  if (value === null) return null;
  const { secret } = settingOf(name);
  if (name === "apiTokens" && Array.isArray(value))
    return value.map((token) => ({ ...(token as Record<string, JsonValue>), hash: masked }));
  if (secret === "whole") return masked;
  return maskedInside(value);
}

/** User and password inside any URL: a value that should hold none may hold one by mistake. */
function maskedInside(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskUserinfo(value);
  return Array.isArray(value) ? value.map(maskedInside) : value;
}
