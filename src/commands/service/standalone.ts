import { join } from "node:path";
import type { Globals } from "../globals.ts";
import { packageInfo } from "../package-info.ts";
import { showExamples } from "./example-hints.ts";
import { runService } from "./run-service.ts";

export interface StandaloneOptions {
  /** Load the definitions of `examples/workflows` too. */
  readonly examples?: true;
}

/** API, worker and store in one process, which brings its store up to date by itself. */
export function standalone(globals: Globals, options: StandaloneOptions): Promise<number> {
  const roles = { api: true, worker: true, migrate: true };
  if (options.examples !== true) return runService(globals, { name: "standalone", roles });
  const examples = join(packageInfo().root, "examples", "workflows");
  return runService(globals, {
    name: "standalone",
    roles,
    adapt: (config) => ({ ...config, workflowsPaths: [...config.workflowsPaths, examples] }),
    onReady: ({ address }) => (globals.json === true ? undefined : showExamples(address)),
  });
}
