import { expect, test } from "vitest";
import { sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import { asks, begin, failedForGood, succeeded } from "../../engine/situation.ts";
import { ToldJob } from "./told-job.ts";

const model = workflow(sequence(undoable("0"), task("1"), task("2"), task("3")));
const time = (afterMs: number): string => new Date(begin + afterMs).toISOString();

/** The third failed, and the first was undone. */
function undone(): ToldJob {
  const told = new ToldJob(model).claimedBy("w1").ends(succeeded, 10).ends(succeeded, 20);
  return told.ends(failedForGood, 30).ends(succeeded, 40);
}

function whysOf(told: ToldJob, path: string): readonly string[] {
  return told.explained(1000).tasks.flatMap((one) => (one.path === path ? one.attempts.map(({ why }) => why) : []));
}

test("where tasks were undone, the advice says that a retry and a skip do them once more", () => {
  const advice = undone().explained(50).advice.join("\n");
  expect(advice).toContain("it and what came after it run once more: workflows jobs retry");
  expect(advice).not.toContain("from where it failed");
  expect(advice).toMatch(/The same, but without .*: workflows jobs skip \S+ 2/);
});

test("a task that a retry does once more says whether it was undone itself, or one before it", () => {
  const told = undone().does({ kind: "retry", by: "eve" }, 100).claimedBy("w1").ends(succeeded, 110);
  told.ends(succeeded, 120).ends(succeeded, 130);
  const asked = `eve asked for a retry at ${time(100)}`;
  expect(whysOf(told, "0")).toEqual(["first attempt", `${asked}, and it had been undone`]);
  expect(whysOf(told, "1")).toEqual(["first attempt", `${asked}, and a task before it had been undone`]);
  expect(whysOf(told, "2")).toEqual(["first attempt", asked]);
});

test("an undo that runs once more says that the job was ended once more", () => {
  const told = undone().does({ kind: "retry", by: "eve" }, 100).claimedBy("w1").ends(succeeded, 110);
  told.ends(failedForGood, 120).ends(succeeded, 130);
  const again = `after a retry, the job was ended once more at ${time(120)}: `;
  expect(whysOf(told, "undo:0")).toEqual(["first attempt", expect.stringContaining(again)]);
  const cancelled = undone().does({ kind: "retry", by: "eve" }, 100).claimedBy("w1").ends(succeeded, 110);
  cancelled.does(asks.cancel, 120).ends(succeeded, 130);
  expect(whysOf(cancelled, "undo:0")[1]).toContain(`the job was ended once more at ${time(120)} by `);
});

test("a task that a retry has not got to again is told as if it had not begun", () => {
  const told = undone().does({ kind: "retry", by: "eve" }, 100);
  expect(told.explained(110).tasks.map(({ path }) => path)).toEqual(["0"]);
});

test("a task that failed and was skipped was not called by that", () => {
  const told = undone().does({ kind: "skip", by: "eve", task: { path: "2", iteration: 0 } }, 100);
  const skipped = told.explained(110).tasks.find(({ path }) => path === "2");
  expect(skipped).toMatchObject({ state: "skipped", attempts: [{ outcome: "failed" }, { outcome: "skipped" }] });
  expect(skipped?.attempts[1]).not.toHaveProperty("calledAgain");
});
