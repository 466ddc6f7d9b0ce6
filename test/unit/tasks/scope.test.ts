import { expect, test } from "vitest";
import type { TaskExecution } from "../../../src/model/job/task-execution.ts";
import { undoPathOf } from "../../../src/model/tree/undo-path.ts";
import { scopeOf } from "../../../src/tasks/scope.ts";
import { loop, sequence, task, undoable, workflow } from "../../support/sample-workflow.ts";
import { begin, blankJob } from "../engine/situation.ts";

function done(path: string, name: string, response: string, iteration = 0): TaskExecution {
  const about = { path, iteration, name, type: "test", status: "completed", attempt: 1, scheduledAt: begin } as const;
  return { ...about, result: { response } };
}

const noEnv = (): boolean => false;

test("of two tasks of one name each undo sees the result of its own, and of others the latest", () => {
  const model = workflow(sequence(undoable("0", { name: "book" }), undoable("1", { name: "book" }), task("2")));
  const tasks = [done("0", "book", "first"), done("1", "book", "second"), done("2", "pay", "paid")];
  const job = blankJob(model, { tasks });
  const seenBy = (path: string) => scopeOf(model, job, { path, iteration: 0 }, noEnv, {}).response;
  expect(seenBy(undoPathOf("0"))("book")).toBe("first");
  expect(seenBy(undoPathOf("1"))("book")).toBe("second");
  expect(seenBy(undoPathOf("0"))("pay")).toBe("paid");
  expect(seenBy("2")("book")).toBe("second");
});

test("of the turns of a loop each undo sees the result of its own", () => {
  const model = workflow(loop("0", undoable("0/0", { name: "book" }), { while: { op: "holds", value: true } }));
  const job = blankJob(model, { tasks: [done("0/0", "book", "first", 0), done("0/0", "book", "second", 1)] });
  const seen = [0, 1].map((iteration) =>
    scopeOf(model, job, { path: undoPathOf("0/0"), iteration }, noEnv, {}).response("book"),
  );
  expect(seen).toEqual(["first", "second"]);
});
