import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { CompileOptions } from "../definitions/task-checks.ts";
import type { Deviation } from "../jobs/catalog.ts";
import { StartError } from "../model/errors.ts";
import { nameMatcher } from "../model/redaction.ts";
import type { StoredDefinition } from "../store/store.ts";
import type { TaskKinds } from "../tasks/registry.ts";
import { envAllowList } from "../template/env-allow-list.ts";

/** By which definitions are checked, wherever they come from. */
export function compileOptionsOf(config: Config, kinds: TaskKinds): CompileOptions {
  return { kinds, envAllowed: envAllowList(config.envAllowed), looksSecret: nameMatcher(config.secretNames) };
}

/** Definitions of all configured files, of each name every version: a restart may ask for an older one. Throws `StartError` with every mistake in them. */
export async function readDefinitions(config: Config, kinds: TaskKinds, logger: Logger): Promise<StoredDefinition[]> {
  if (config.workflowsPaths.length === 0) return [];
  const { loadDefinitions } = await import("../definitions/load.ts");
  const { formatProblems } = await import("../definitions/format-problems.ts");
  const loaded = await loadDefinitions(config.workflowsPaths, compileOptionsOf(config, kinds));
  const errors = loaded.problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new StartError(2, formatProblems(errors));
  for (const problem of loaded.problems) logger.warn(formatProblems([problem]));
  return [...loaded.older, ...loaded.definitions];
}

/** That what was loaded is not what new jobs run, or not only. */
export function warnOf({ loaded: { name, version }, stored }: Deviation, logger: Logger): void {
  const text =
    stored.version === version
      ? "the definition was changed under an unchanged version: jobs run the one that the store has; raise its version"
      : "the store has a higher version of this definition: new jobs run that one";
  logger.warn({ workflow: name, version, storedVersion: stored.version }, text);
}
