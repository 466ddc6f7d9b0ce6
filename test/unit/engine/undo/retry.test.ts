import { describe, expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import { outwardIdempotencyKey } from "../../../../src/model/ids.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import {
  choice,
  fanOut,
  loop,
  sequence,
  subWorkflow,
  task,
  undoable,
  workflow,
} from "../../../support/sample-workflow.ts";
import { statuses } from "../nodes/moves.ts";
import { after, asks, at, begin, claimed, failedForGood, heldJob, ignoredFor, succeeded } from "../situation.ts";
import { ending, executionAt, failed, model } from "./undoing.ts";

describe("a retry after that", () => {
  const over = ending(failed, [succeeded, succeeded]);
  const key = (now: Job, path: string): string => outwardIdempotencyKey(now.id, now.run, executionAt(now, path));

  test("goes on from the first task that was undone, and runs it as if it never had been", () => {
    const job = after(model, over, asks.retry, at(100));
    expect(job).toMatchObject({
      status: "running",
      ending: "none",
      deadlineAt: begin + 60_100,
      bytes: heldJob(model).bytes,
    });
    expect(statuses(job)).toEqual({
      "0": "scheduled",
      "1": "undone",
      "2": "undone",
      "undo:0": "undone",
      "undo:1": "undone",
    });
    expect(key(job, "0")).not.toBe(key(over, "0"));
    const done = ending(claimed(job), [succeeded, succeeded, succeeded, succeeded]);
    expect(done.status).toBe("completed");
    expect(key(done, "1")).not.toBe(key(over, "1"));
    expect(key(done, "2")).toBe(key(over, "2"));
  });

  test("what is undone a second time is undone under another key", () => {
    const again = ending(claimed(after(model, over, asks.retry, at(100))), [succeeded, failedForGood], model, 110);
    expect(statuses(again)).toMatchObject({ "0": "completed", "1": "failed", "undo:0": "scheduled" });
    expect(key(again, "undo:0")).not.toBe(key(over, "undo:0"));
    expect(ending(again, [succeeded], model, 120).status).toBe("failed");
  });

  test("what came after an undone task is done again too, though it has no undo itself", () => {
    const mixed = workflow(sequence(task("0"), undoable("1"), task("2"), task("3")));
    const end = ending(
      ending(heldJob(mixed), [succeeded, succeeded, succeeded, failedForGood], mixed),
      [succeeded],
      mixed,
    );
    const job = after(mixed, end, asks.retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "completed", "1": "scheduled", "2": "undone", "3": "undone" });
    expect(ending(claimed(job), [succeeded, succeeded, succeeded], mixed).status).toBe("completed");
  });

  test("a task whose undo failed stays done, and is undone anew when the job fails again", () => {
    const end = ending(failed, [failedForGood, failedForGood]);
    expect(end.error?.code).toBe("undo_failed");
    const job = after(model, end, asks.retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "completed", "1": "completed", "2": "scheduled" });
    expect(statuses(ending(claimed(job), [failedForGood]))).toMatchObject({ "undo:1": "scheduled" });
  });

  test.each(["failed", "skipped"])("a task whose undo %s is not called again, though one before it is", (how) => {
    const skip: Event = { kind: "skip", by: "ada", task: { path: "undo:1", iteration: 0 } };
    const half = how === "failed" ? ending(failed, [failedForGood]) : after(model, failed, skip, at(20));
    const end = ending(half, [succeeded], model, 30);
    expect(statuses(end)).toMatchObject({ "0": "undone", "1": "completed", "undo:1": how });
    const job = after(model, end, asks.retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "scheduled", "1": "completed", "2": "undone" });
    expect(executionAt(job, "1")).toEqual(executionAt(end, "1"));
    const onward = ending(claimed(job), [succeeded], model, 110);
    expect(statuses(onward)).toMatchObject({ "0": "completed", "1": "completed", "2": "scheduled" });
    expect(key(onward, "2")).toBe(key(end, "2"));
    expect(ending(onward, [succeeded, succeeded], model, 120).status).toBe("completed");
    const again = ending(onward, [failedForGood, succeeded], model, 120);
    expect(statuses(again)).toMatchObject({ "undo:0": "completed", "undo:1": "scheduled" });
  });

  test("so is one whose undo was not wanted any more", () => {
    const wide = workflow(sequence(undoable("0"), undoable("1"), task("2"), undoable("3"), task("4")));
    const half = ending(heldJob(wide), [succeeded, succeeded, succeeded, succeeded, failedForGood, succeeded], wide);
    const cut = after(wide, half, { kind: "cancel", by: "ada", undo: false }, at(50));
    expect(statuses(cut)).toMatchObject({ "0": "completed", "1": "completed", "3": "undone", "undo:1": "cancelled" });
    const job = after(wide, cut, asks.retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "completed", "1": "completed", "2": "completed", "3": "scheduled" });
  });

  test("what the engine decided around such a task stays decided: its result is that of its item", () => {
    const wide = workflow(
      sequence(
        undoable("0"),
        fanOut("1", "list", sequence(choice("1/0", [[{ op: "holds", value: true }, undoable("1/0/0")]]))),
        loop("2", undoable("2/0"), { while: { op: "holds", value: true }, maxTurns: 2 }),
      ),
    );
    const begun = heldJob(wide, { input: { list: ["a", "b"] } });
    const turned = ending(begun, [succeeded, succeeded, succeeded, succeeded, succeeded], wide);
    expect(turned).toMatchObject({ status: "running", error: { code: "too_many_turns" } });
    const end = ending(turned, [failedForGood, succeeded, succeeded, failedForGood, succeeded], wide, 50);
    expect(statuses(end)).toMatchObject({ "0": "undone", "1/0/0": "completed", "1/0/0#1": "undone" });
    expect(statuses(end)).toMatchObject({ "2/0": "undone", "2/0#1": "completed" });
    const job = after(wide, end, asks.retry, at(100));
    expect(statuses(job)).toMatchObject({ "1": "completed", "1/0": "completed", "1/0#1": "undone", "2": "completed" });
    const again = ending(claimed(job), [succeeded], wide, 110);
    expect(statuses(again)).toMatchObject({ "1/0/0": "completed", "1/0/0#1": "scheduled" });
    expect(statuses(ending(again, [succeeded], wide, 120))).toMatchObject({ "2/0": "scheduled", "2/0#1": "completed" });
  });

  test("one task alone cannot be retried, but skipped: the others are done before", () => {
    const named = { path: "2", iteration: 0 };
    expect(ignoredFor(model, over, { ...asks.retry, task: named }, at(100))).toBe("hopeless");
    const job = after(model, over, { kind: "skip", by: "ada", task: named }, at(100));
    expect(statuses(job)).toMatchObject({ "0": "scheduled", "1": "undone", "2": "skipped" });
    expect(ending(claimed(job), [succeeded, succeeded, succeeded]).status).toBe("completed");
  });

  test("what a child was called with is made anew, so another child is called, and by a later retry the same", () => {
    const calling = workflow(sequence(undoable("0"), subWorkflow("1", "sub"), task("2")));
    const childOf = (job: Job) => executionAt(job, "1").child;
    const answered = (job: Job): Job => {
      const { id = "", call = 0 } = childOf(job) ?? {};
      const outcome = { kind: "succeeded", result: { response: { json: {} } } } as const;
      const end = { kind: "child_ended", child: id, call, run: 1, path: "1", iteration: 0, outcome } as const;
      return claimed(after(calling, job, end, at(50)));
    };
    const first = ending(heldJob(calling), [succeeded], calling);
    const undone = ending(answered(first), [failedForGood, succeeded], calling, 60);
    expect(statuses(undone)).toMatchObject({ "0": "undone", "1": "completed", "2": "failed" });
    const second = ending(claimed(after(calling, undone, asks.retry, at(100))), [succeeded], calling, 110);
    expect(childOf(second)?.id).not.toBe(childOf(first)?.id);
    expect(second.effects?.at(-1)).toMatchObject({ kind: "start_job", job: childOf(second)?.id });
    const cancelled = after(calling, second, { kind: "cancel", by: "ada", undo: false }, at(120));
    const third = after(calling, cancelled, asks.retry, at(130));
    expect(childOf(third)?.id).toBe(childOf(second)?.id);
  });

  test("a restart knows nothing of it", () => {
    const job = after(model, over, asks.restart, at(100));
    expect(statuses(job)).toEqual({ "0": "scheduled" });
    expect(job).toMatchObject({ run: 2, ending: "none" });
  });
});
