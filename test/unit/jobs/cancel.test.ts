import { expect, test } from "vitest";
import { cancelJob } from "../../../src/jobs/actions/cancel.ts";
import { getJob, jobHistory } from "../../../src/jobs/find.ts";
import { startJob } from "../../../src/jobs/start.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { embedded } from "../../support/embedded.ts";
import { jobIdOf } from "../../support/jobs.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";

const model = workflow(sequence(task("0")));

test("a cancelled job is over; the history says who did it and why, and its worker is told", async () => {
  const deps = await embedded([model]);
  const { id } = await startJob(deps, { workflow: "sample", input: {} });
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  expect(await cancelJob(deps, id, { by: "ada", reason: "wrong device" })).toMatchObject({ status: "terminated" });
  expect(await getJob(deps, id)).toMatchObject({ status: "terminated", tasks: [{ status: "cancelled" }] });
  expect((await jobHistory(deps, id)).at(-1)).toMatchObject({
    type: "job_terminated",
    by: "ada",
    reason: "wrong device",
  });
  expect(hints).toEqual([{ kind: "revoked", jobId: id }]);
});

test("of many who cancel at once one does; the others are told that it is over", async () => {
  const deps = await embedded([model]);
  const { id } = await startJob(deps, { workflow: "sample", input: {} });
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => cancelJob(deps, id, { by: "ada" })));
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const settled of all)
    if (settled.status === "rejected") expect(settled.reason).toMatchObject({ code: "not_allowed_in_state" });
  expect((await jobHistory(deps, id)).map(({ type }) => type)).toEqual([
    "job_started",
    "task_cancelled",
    "job_terminated",
  ]);
});

test("a job that is not there is not found", async () => {
  const deps = await embedded([model]);
  await expect(cancelJob(deps, jobIdOf("nobody"), { by: "ada" })).rejects.toMatchObject({ code: "job_not_found" });
  await expect(getJob(deps, jobIdOf("nobody"))).rejects.toMatchObject({ code: "job_not_found" });
  await expect(jobHistory(deps, jobIdOf("nobody"))).rejects.toMatchObject({ code: "job_not_found" });
});
