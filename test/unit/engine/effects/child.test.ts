import { expect, test } from "vitest";
import type { ParentRef } from "../../../../src/model/job/outward/effect.ts";
import { fanOut, sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  at,
  begin,
  changeBy,
  claimed,
  failedForGood,
  finished,
  heldJob,
  ignoredFor,
  startedJob,
  succeeded,
} from "../situation.ts";

const model = workflow(sequence(task("a"), task("b")));
const parent: ParentRef = { id: "0".repeat(24), run: 1, path: "0", iteration: 0, call: 10, depth: 1 };
const called = (call: number) => ({ kind: "called", call, by: "job 0" }) as const;
const cancel = { kind: "cancel", by: "job 0" } as const;

test("a child that failed and is called again goes on from where it failed, in answer to the new call", () => {
  const held = heldJob(model, { parent });
  const half = after(model, held, finished(held, succeeded), at(2));
  const failed = after(model, half, cancel, at(3));
  const again = after(model, failed, called(11), at(9));
  expect(again).toMatchObject({
    status: "running",
    call: 11,
    parent,
    tasks: [{ status: "completed" }, { status: "scheduled" }],
  });
  expect(ignoredFor(model, again, called(11), at(10))).toBe("applied_before");
});

test("the call that started a child, and one from before the newest, change nothing", () => {
  const child = startedJob(model, { parent, call: 12 });
  expect(ignoredFor(model, startedJob(model, { parent }), called(10), at(2))).toBe("applied_before");
  expect(ignoredFor(model, child, called(11), at(2))).toBe("stale_call");
  expect(ignoredFor(model, startedJob(model), called(10), at(2))).toBe("stale_call");
});

test("a child that runs goes on, and answers the new call", () => {
  const held = claimed(startedJob(model, { parent }));
  expect(after(model, held, called(11), at(2))).toEqual({ ...held, version: held.version + 1, call: 11 });
});

test("a child that completed is not begun anew", () => {
  const completed = startedJob(workflow(sequence()), { parent });
  expect(completed.status).toBe("completed");
  expect(ignoredFor(model, completed, called(11), at(2))).toBe("not_allowed_in_state");
});

test("who calls off an earlier call does not end what a later one began; people end it whatever the call", () => {
  const child = startedJob(model, { parent, call: 11 });
  expect(ignoredFor(model, child, { ...cancel, call: 10 }, at(2))).toBe("stale_call");
  expect(after(model, child, { ...cancel, call: 11 }, at(2))).toMatchObject({ status: "terminated" });
  expect(after(model, child, cancel, at(2))).toMatchObject({ status: "terminated" });
});

test("a child that is called again with new keys calls under them whatever it had not done", () => {
  const failed = after(model, startedJob(model, { parent }), cancel, at(3));
  expect(after(model, failed, { ...called(11), newKey: true }, at(9)).tasks).toMatchObject([
    { status: "scheduled", keys: 1 },
  ]);
});

test("a child that undoes what it did is called again only when it has ended", () => {
  const undoing = workflow(sequence(undoable("0"), task("1")));
  const half = after(undoing, heldJob(undoing, { parent }), finished(heldJob(undoing, { parent }), succeeded), at(1));
  const child = after(undoing, half, cancel, at(2));
  expect(child).toMatchObject({ status: "running", ending: "terminated" });
  expect(ignoredFor(undoing, child, called(11), at(3))).toBe("ending");
  const ended = after(undoing, child, finished(child, succeeded), at(4));
  expect(after(undoing, ended, called(11), at(5))).toMatchObject({ status: "running", call: 11 });
});

test("a child that is called again for later goes on then", () => {
  const failed = after(model, startedJob(model, { parent }), cancel, at(3));
  const later = { ...called(11), dueAt: begin + 5000 };
  expect(changeBy(model, failed, later, at(9))).toMatchObject({
    readyAt: begin + 5000,
    tasks: [{ status: "scheduled", readyAt: begin + 5000 }],
    history: [{ type: "job_retried", at: begin + 9, dueAt: begin + 5000 }],
  });
  expect(after(model, failed, { ...called(11), dueAt: begin + 5 }, at(9)).readyAt).toBe(begin + 9);
});

test("a child that ends in the very step in which it is called again tells of that end", () => {
  const list = workflow(fanOut("0", "list", task("0/0")));
  const failed = startedJob(list, { parent, input: { list: "none" } });
  expect(failed).toMatchObject({ status: "failed", effects: [{ kind: "tell_parent" }] });
  const { effects: _told, ...delivered } = failed;
  const again = after(list, delivered, called(11), at(9));
  expect(again).toMatchObject({ status: "failed", call: 11, effects: [{ kind: "tell_parent", at: begin + 9 }] });
});

test("a child that completes because people skip what failed in it tells of that, also where its failure was not told yet", () => {
  const one = workflow(task("0"));
  const held = heldJob(one, { parent });
  const failed = after(one, held, finished(held, failedForGood), at(3));
  const skipped = after(one, failed, { kind: "skip", by: "ada", task: { path: "0", iteration: 0 } }, at(9));
  expect(skipped).toMatchObject({ status: "completed", effects: [{ kind: "tell_parent", at: begin + 9 }] });
});
