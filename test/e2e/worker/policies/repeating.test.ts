import { expect, test } from "vitest";
import { embedded } from "../../../support/embedded.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { defined, httpRunner } from "../../../support/worker/defined.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";
import { startService } from "../../../unit/tasks/http/local-service.ts";

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

test("only the failures that retryOn names are repeated, as the service really answers", async () => {
  const answers = [503, 429, 404];
  await using service = await startService((_, response) => {
    response.statusCode = answers.shift() ?? 200;
    response.end();
  });
  const http = { uri: `${service.origin}/device` };
  const task = { http, retries: 9, retryDelaySeconds: 0.01, retryOn: ["5xx", 429] };
  const deps = await embedded([defined(task)]);
  await startWorker(deps, httpRunner);
  const job = await ended(deps, await start(deps));
  expect(job).toMatchObject({ status: "failed", error: { code: "http_status" }, tasks: [{ attempt: 3 }] });
  expect(answers).toEqual([]);
});
