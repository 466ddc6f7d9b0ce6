import { expect, test } from "vitest";
import { withResults } from "../../../../src/jobs/explain/told-history.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { asks } from "../../engine/situation.ts";
import { ToldJob } from "./told-job.ts";

function answered(body: string): Outcome {
  return { kind: "succeeded", result: { response: { statusCode: 200, body } } };
}

test("completed tasks of each run are told with their own results, whether the job still has them or a restart took them", () => {
  const model = workflow(sequence(task("0", { type: "http" }), task("1", { type: "http" })));
  const told = new ToldJob(model).claimedBy("w1").ends(answered("a"), 10).ends(answered("b"), 20);
  told.does(asks.restart, 30).claimedBy("w1").ends(answered("c"), 40);
  const history = withResults(told.history, told.job, (text) => text);
  const completed = history.filter(({ type }) => type === "task_completed");
  expect(completed).toMatchObject([
    { run: 1, path: "0", answer: "200 a" },
    { run: 1, path: "1", answer: "200 b" },
    { run: 2, path: "0", answer: "200 c" },
  ]);
  // As it was written, it has each of them once at most.
  expect(told.history.filter(({ answer }) => answer !== undefined)).toEqual([]);
});
