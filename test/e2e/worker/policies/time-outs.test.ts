import { expect, test } from "vitest";
import { embedded } from "../../../support/embedded.ts";
import { defined, httpRunner } from "../../../support/worker/defined.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";
import { startService } from "../../../unit/tasks/http/local-service.ts";

test("an attempt over its time-out frees its call and is repeated as retryOn says", async () => {
  await using service = await startService((_, response) => {
    if (service.requests.length > 1) response.end("at last");
  });
  const task = { http: { uri: service.origin }, timeout: 0.2, retries: 1, retryDelaySeconds: 0, retryOn: ["timeout"] };
  const deps = await embedded([defined(task)]);
  await startWorker(deps, httpRunner);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", tasks: [{ attempt: 2 }] });
  const failed = ((await deps.store.jobs.history(id)) ?? []).find(({ type }) => type === "attempt_failed");
  expect(failed).toMatchObject({ error: { code: "attempt_timeout" } });
});
