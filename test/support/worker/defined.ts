import { pino } from "pino";
import { attemptRunner } from "../../../src/compose/attempts.ts";
import { defaultConfig } from "../../../src/config/config.ts";
import { compileMender } from "../../../src/definitions/mender/compile.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Workflow } from "../../../src/model/workflow.ts";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import type { AttemptRunner } from "../../../src/worker/attempt-runner.ts";

const http = createHttpKind(defaultHttpSettings, "test");
const kinds = taskKinds([http]);

/** A workflow of one `http` task, or of some, as a definition says it. */
export function defined(...parts: readonly JsonObject[]): Workflow {
  const tasks = parts.map((part) => ({ name: "call", type: "http", http: { uri: "http://service/" }, ...part }));
  const { workflow, problems } = compileMender({ name: "sample", tasks }, { kinds, envAllowed: () => false });
  if (workflow === undefined) throw new Error(JSON.stringify(problems));
  return workflow;
}

/** Runs attempts as the product does. */
export const httpRunner: AttemptRunner = attemptRunner(defaultConfig, kinds, pino({ enabled: false }));
