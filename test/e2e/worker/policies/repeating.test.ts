import { expect, test } from "vitest";
import { compileMender } from "../../../../src/definitions/mender/compile.ts";
import type { JsonObject } from "../../../../src/model/json.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { createHttpKind } from "../../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../../src/tasks/http/settings.ts";
import { taskKinds } from "../../../../src/tasks/registry.ts";
import { embedded } from "../../../support/embedded.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";

const kinds = taskKinds([createHttpKind(defaultHttpSettings, "test")]);

/** A workflow of one task, as a definition says it. */
function defined(task: JsonObject): Workflow {
  const call = { name: "call", type: "http", http: { uri: "http://service/" }, ...task };
  const { workflow, problems } = compileMender({ name: "sample", tasks: [call] }, { kinds, envAllowed: () => false });
  if (workflow === undefined) throw new Error(JSON.stringify(problems));
  return workflow;
}

test("with a backoff each delay is longer than the one before, up to the maximum", async () => {
  const backoff = { factor: 3, maxDelaySeconds: 0.1, jitter: false };
  const deps = await embedded([defined({ retries: 4, retryDelaySeconds: 0.02, backoff })]);
  const attempts = new Attempts(({ execution }) => (execution.attempt < 5 ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", tasks: [{ attempt: 5 }] });
  const failed = ((await deps.store.jobs.history(id)) ?? []).filter(({ type }) => type === "attempt_failed");
  expect(failed.map(({ at, dueAt }) => (dueAt ?? Number.NaN) - at)).toEqual([20, 60, 100, 100]);
});
