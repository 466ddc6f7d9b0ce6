import type { Config } from "../config/config.ts";
import { nameMatcher } from "../model/redaction.ts";
import type { Secrets } from "../model/told/hider.ts";
import { envAllowList } from "../template/env-allow-list.ts";

/** What this process must not write: inputs whose names look secret, and what tasks may read of its environment under such names. */
export function secretsOfProcess({ secretNames, envAllowed }: Pick<Config, "secretNames" | "envAllowed">): Secrets {
  const isAllowed = envAllowList(envAllowed);
  const looksSecret = nameMatcher(secretNames);
  const named = Object.entries(process.env).filter(([name]) => isAllowed(name) && looksSecret(name));
  return { names: secretNames, values: named.map(([, value = ""]) => value) };
}
