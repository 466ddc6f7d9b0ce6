import { describe, expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import { outwardIdempotencyKey } from "../../../../src/model/ids.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { sequence, subWorkflow, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import { statuses } from "../nodes/moves.ts";
import { after, at, begin, claimed, failedForGood, heldJob, ignoredFor, succeeded } from "../situation.ts";
import { ending, executionAt, failed, model } from "./undoing.ts";

const retry: Event = { kind: "retry", by: "ada" };

describe("a retry after that", () => {
  const over = ending(failed, [succeeded, succeeded]);
  const key = (now: Job, path: string): string => outwardIdempotencyKey(now.id, now.run, executionAt(now, path));

  test("goes on from the first task that was undone, and runs it as if it never had been", () => {
    const job = after(model, over, retry, at(100));
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
    const again = ending(claimed(after(model, over, retry, at(100))), [succeeded, failedForGood], model, 110);
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
    const job = after(mixed, end, retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "completed", "1": "scheduled", "2": "undone", "3": "undone" });
    expect(ending(claimed(job), [succeeded, succeeded, succeeded], mixed).status).toBe("completed");
  });

  test("a task whose undo failed stays done, and is undone anew when the job fails again", () => {
    const end = ending(failed, [failedForGood, failedForGood]);
    expect(end.error?.code).toBe("undo_failed");
    const job = after(model, end, retry, at(100));
    expect(statuses(job)).toMatchObject({ "0": "completed", "1": "completed", "2": "scheduled" });
    expect(statuses(ending(claimed(job), [failedForGood]))).toMatchObject({ "undo:1": "scheduled" });
  });

  test("one task alone cannot be retried, but skipped: the others are done before", () => {
    const named = { path: "2", iteration: 0 };
    expect(ignoredFor(model, over, { ...retry, task: named }, at(100))).toBe("hopeless");
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
    const second = ending(claimed(after(calling, undone, retry, at(100))), [succeeded], calling, 110);
    expect(childOf(second)?.id).not.toBe(childOf(first)?.id);
    expect(second.effects?.at(-1)).toMatchObject({ kind: "start_job", job: childOf(second)?.id });
    const cancelled = after(calling, second, { kind: "cancel", by: "ada", undo: false }, at(120));
    const third = after(calling, cancelled, retry, at(130));
    expect(childOf(third)?.id).toBe(childOf(second)?.id);
  });

  test("a restart knows nothing of it", () => {
    const job = after(model, over, { kind: "restart", by: "ada" }, at(100));
    expect(statuses(job)).toEqual({ "0": "scheduled" });
    expect(job).toMatchObject({ run: 2, ending: "none" });
  });
});
