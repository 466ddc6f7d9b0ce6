import { type LoadedConfig, loadConfig } from "../config/load.ts";
import type { Flags } from "../config/read-flags.ts";

/** Options that stand before or after the command. */
export interface Globals {
  readonly config?: string;
  readonly automigrate?: true;
  readonly json?: true;
  readonly listen?: string;
  readonly sqlitePath?: string;
  readonly workflowsPath?: string;
  readonly logLevel?: string;
}

/** The configuration as these options, the environment and the file say. Throws `StartError` (2). */
export function loadFor(globals: Globals, serves: boolean): Promise<LoadedConfig> {
  const { listen, sqlitePath, workflowsPath, logLevel } = globals;
  const flags: Flags = {
    ...(listen !== undefined && { listen }),
    ...(sqlitePath !== undefined && { sqlitePath }),
    ...(workflowsPath !== undefined && { workflowsPaths: workflowsPath }),
    ...(logLevel !== undefined && { logLevel }),
  };
  return loadConfig({ file: globals.config, environment: process.env, flags, serves });
}
