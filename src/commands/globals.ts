import { existsSync } from "node:fs";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import type { Flags } from "../config/read-flags.ts";

/** Options that stand before or after the command. */
export interface Globals {
  readonly config?: string;
  readonly automigrate?: true;
  readonly json?: true;
  /** Only what other programs need is printed. `--json` wins. */
  readonly quiet?: true;
  readonly listen?: string;
  readonly sqlitePath?: string;
  readonly workflowsPath?: string;
  readonly logLevel?: string;
}

/** Options of the commands that have a worker: which jobs it takes. */
export interface TakesOptions {
  readonly topics?: string;
  readonly workflows?: string;
  readonly excludedWorkflows?: string;
}

/** What people call it. It may allow commands, so whoever can write into a folder must not choose it. */
const usualFile = "config.yaml";

/** The configuration as these options, the environment and the file say. Throws `StartError` (2). */
export async function loadFor(globals: Globals, serves: boolean, takes: TakesOptions = {}): Promise<LoadedConfig> {
  const { listen, sqlitePath, workflowsPath, logLevel } = globals;
  const flags: Flags = {
    ...(listen !== undefined && { listen }),
    ...(sqlitePath !== undefined && { sqlitePath }),
    ...(workflowsPath !== undefined && { workflowsPaths: workflowsPath }),
    ...(logLevel !== undefined && { logLevel }),
    ...takesFlags(takes),
  };
  const loaded = await loadConfig({ file: globals.config, environment: process.env, flags, serves });
  if (globals.config !== undefined || !existsSync(usualFile)) return loaded;
  const unread = `${usualFile} in this folder is not read: name it with --config ${usualFile}`;
  return { ...loaded, warnings: [...loaded.warnings, unread] };
}

function takesFlags({ topics, workflows, excludedWorkflows }: TakesOptions): Flags {
  return {
    ...(topics !== undefined && { topics }),
    ...(workflows !== undefined && { workflows }),
    ...(excludedWorkflows !== undefined && { excludedWorkflows }),
  };
}
