import { expect, test } from "vitest";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { defined } from "../../../support/worker/defined.ts";
import { ended, expireWorker, onlyWorker, start, startWorker } from "../../../support/worker/site.ts";

test.each([
  ["fail", { status: "failed", error: { code: "worker_lost" }, tasks: [{ status: "failed", attempt: 1 }] }, 1],
  ["retry", { status: "completed", tasks: [{ status: "completed", attempt: 1 }] }, 2],
])("whenLost: %s says what follows when the worker is lost in the middle of a call", async (whenLost, end, calls) => {
  const deps = await embedded([defined({ whenLost, retries: 3 })]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { heartbeatMs: 100 });
  const id = await start(deps);
  const attempt = await attempts.next();
  await expireWorker(deps, await onlyWorker(deps));
  await eventually("the attempt is aborted", () => attempt.signal.aborted);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject(end);
  expect(attempts.begun).toHaveLength(calls);
});
