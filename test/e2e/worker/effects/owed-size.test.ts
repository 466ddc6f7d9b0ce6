import { expect, test } from "vitest";
import { embedded } from "../../../support/embedded.ts";
import { parallel, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";

test("children whose inputs do not fit into their parent together are all started, as each makes room for the next", async () => {
  const input = { text: "x".repeat(400) };
  const calls = Array.from({ length: 10 }, (_, index) => subWorkflow(String(index), "child", { input }));
  const parent = workflow(parallel(calls), { name: "parent" });
  const child = workflow(task("0"), { name: "child", inputParameters: ["text"] });
  const deps = await embedded([parent, child], { limits: { maxJobBytes: 1500 } });
  await startWorker(deps, new Attempts(() => success).run);
  expect(await ended(deps, await start(deps, "parent", {}))).toMatchObject({ status: "completed" });
  const { jobs } = await deps.store.search.find({ limit: 20, workflow: "child" });
  expect(jobs.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => "completed"));
});
