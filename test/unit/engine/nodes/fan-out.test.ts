import { expect, test } from "vitest";
import { fanOut, parallel, sequence, task, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, changeBy, failedForGood, finished, succeeded, types } from "../situation.ts";
import { bringing, ended, held, statuses } from "./moves.ts";

const twoSteps = workflow(sequence(fanOut("0", "list", sequence(task("0/0"), task("0/1"))), task("1")));

test("there is a branch for each item, side by side, and what follows waits for all", () => {
  let job = held(twoSteps, { list: ["a", "b"] });
  expect(statuses(job)).toEqual({ "0": "completed", "0/0": "scheduled", "0/0#1": "scheduled" });
  job = ended(twoSteps, job, ["0/0", succeeded, 1], ["0/1", succeeded, 1], "0/0");
  expect(statuses(job)).not.toHaveProperty("1");
  expect(statuses(ended(twoSteps, job, "0/1"))).toMatchObject({ "1": "scheduled" });
});

test("an empty list has no branch, and the job goes on", () => {
  expect(statuses(held(twoSteps, { list: [] }))).toEqual({ "0": "completed", "1": "scheduled" });
});

test.each([
  ["no list", { list: "a,b" }, "no_list"],
  ["too long a list", { list: [1, 2, 3] }, "too_many_items"],
])("%s fails the job", (_what, input, code) => {
  const model = workflow(fanOut("0", "list", task("0/0"), { maxItems: 2 }));
  expect(held(model, input)).toMatchObject({ status: "failed", error: { code } });
});

test("a branch that fails cancels those of the other items", () => {
  const job = ended(twoSteps, held(twoSteps, { list: ["a", "b", "c"] }), "0/0");
  const change = changeBy(twoSteps, job, finished(job, failedForGood, { path: "0/0", iteration: 2 }), at(5));
  expect(change).toMatchObject({ status: "failed", error: { code: "unreachable" } });
  expect(types(change)).toEqual(["task_failed", "task_cancelled", "task_cancelled", "job_failed"]);
  expect(change.history.map(({ iteration }) => iteration)).toEqual([2, undefined, 1, undefined]);
});

test("with a join of one the first that completes cancels the others", () => {
  const model = workflow(sequence(fanOut("0", "list", task("0/0"), { join: 1 }), task("1")));
  const job = ended(model, held(model, { list: ["a", "b"] }), ["0/0", succeeded, 1]);
  expect(statuses(job)).toMatchObject({ "0/0": "cancelled", "0/0#1": "completed", "1": "scheduled" });
});

test("the list is the one that it was when the job got there, also for branches that come later", () => {
  const names = task("0", { name: "names" });
  const nested = fanOut(
    "1",
    "",
    fanOut("1/0", "", task("1/0/0"), { items: valueOf("item", "fan-out 1", ["inner"]), maxItems: 5 }),
    {
      items: valueOf("result", "names", ["outer"]),
    },
  );
  const model = workflow(sequence(names, nested));
  const outer = [{ inner: [1] }, { inner: [1, 2] }];
  const job = ended(model, held(model), ["0", bringing({ outer })]);
  expect(statuses(job)).toMatchObject({ "1/0/0": "scheduled", "1/0/0#5": "scheduled", "1/0/0#6": "scheduled" });
});

test("a retry schedules anew what failed or was cancelled, of those branches alone", () => {
  const failed = ended(twoSteps, held(twoSteps, { list: ["a", "b"] }), "0/0", ["0/0", failedForGood, 1]);
  const job = after(twoSteps, failed, asks.retry, at(9));
  expect(statuses(job)).toEqual({ "0": "completed", "0/0": "completed", "0/0#1": "scheduled", "0/1": "scheduled" });
});

test("beside it other branches go on", () => {
  const model = workflow(parallel([fanOut("0", "list", task("0/0")), task("1")], { join: 1 }));
  const job = ended(model, held(model, { list: ["a", "b"] }), "1");
  expect(job.status).toBe("completed");
  expect(statuses(job)).toMatchObject({ "0/0": "cancelled", "0/0#1": "cancelled", "1": "completed" });
});
