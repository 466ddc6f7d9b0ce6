import { pino } from "pino";
import { attemptRunner } from "../../../src/compose/attempts.ts";
import { defaultConfig } from "../../../src/config/config.ts";
import { compileMender } from "../../../src/definitions/mender/compile.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Workflow } from "../../../src/model/workflow.ts";
import { createCliKind } from "../../../src/tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../../../src/tasks/cli/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import type { AttemptRunner } from "../../../src/worker/attempt-runner.ts";

export interface Commands {
  /** A workflow of these tasks; each is `cli` unless it says otherwise. */
  workflow(...tasks: readonly JsonObject[]): Workflow;
  /** Runs attempts as the product does. */
  readonly run: AttemptRunner;
}

/** What runs these programs. */
export function commandsOf(allowedBinaries: readonly string[], killGraceMs = 300): Commands {
  const kinds = taskKinds([createCliKind({ ...defaultCliSettings, allowedBinaries, killGraceMs })]);
  return {
    workflow(...tasks) {
      const definition = {
        name: "sample",
        tasks: tasks.map((task, index) => ({ name: `task${index}`, type: "cli", ...task })),
      };
      const { workflow, problems } = compileMender(definition, { kinds, envAllowed: () => false });
      if (workflow === undefined) throw new Error(JSON.stringify(problems));
      return workflow;
    },
    run: attemptRunner(defaultConfig, kinds, pino({ enabled: false })),
  };
}
