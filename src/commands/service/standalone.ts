import { join } from "node:path";
import { packageInfo } from "../../compose/package-info.ts";
import type { Globals, TakesOptions } from "../globals.ts";
import { showExamples } from "./example-hints.ts";
import { runService } from "./run-service.ts";

export interface StandaloneOptions extends TakesOptions {
  /** Load the definitions of `examples/workflows` too. */
  readonly examples?: true;
}

/** API, worker and store in one process, which brings its store up to date by itself. */
export function standalone(globals: Globals, options: StandaloneOptions): Promise<number> {
  const roles = { api: true, worker: true, migrate: true };
  if (options.examples !== true) return runService(globals, { name: "standalone", roles, takes: options });
  const examples = join(packageInfo().root, "examples", "workflows");
  return runService(globals, {
    name: "standalone",
    roles,
    takes: options,
    adapt: (config) => ({ ...config, workflowsPaths: [...config.workflowsPaths, examples] }),
    onReady: ({ address }) => (globals.json === true ? undefined : showExamples(address)),
  });
}
