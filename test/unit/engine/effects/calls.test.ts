import { describe, expect, test } from "vitest";
import type { ChildEnded } from "../../../../src/model/decision/event.ts";
import { childJobId } from "../../../../src/model/ids.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { never } from "../../../../src/model/job/job.ts";
import type { StartJob } from "../../../../src/model/job/outward/effect.ts";
import type { TaskExecution } from "../../../../src/model/job/task-execution.ts";
import { parallel, sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  begin,
  blankJob,
  changeBy,
  claimed,
  finished,
  ignoredFor,
  startedJob,
  succeeded,
} from "../situation.ts";

const calling = workflow(sequence(subWorkflow("s", "sub"), task("t")));
const beside = workflow(parallel([subWorkflow("s", "sub"), task("t")]));
const child = childJobId(blankJob(calling).id, 1, "s", 0);

function waiting(job: Job): TaskExecution & { readonly child: NonNullable<TaskExecution["child"]> } {
  const found = job.tasks.find(({ path }) => path === "s");
  if (found?.child === undefined) throw new Error("No child was called");
  return { ...found, child: found.child };
}

/** The child's answer to the newest call. */
function endOf(job: Job, outcome?: ChildEnded["outcome"]): ChildEnded {
  const { path, iteration, child: called } = waiting(job);
  const completed = { kind: "succeeded", result: { response: { json: { greet: "hello" } } } } as const;
  return {
    kind: "child_ended",
    child: called.id,
    call: called.call,
    run: job.run,
    path,
    iteration,
    outcome: outcome ?? completed,
  };
}

const failed: ChildEnded["outcome"] = { kind: "failed", error: { code: "child_failed", message: "it failed" } };

test("a child is called with the step that begins to wait for it, and no worker is held meanwhile", () => {
  const job = startedJob(calling, { input: { who: "Ada" } });
  const { call } = waiting(job).child;
  expect(job).toMatchObject({
    status: "running",
    startedAt: begin,
    readyAt: never,
    tasks: [{ path: "s", type: "sub_workflow", status: "awaiting", child: { id: child } }],
    effects: [
      {
        kind: "start_job",
        id: call,
        at: begin,
        job: child,
        workflow: "sub",
        input: {},
        parent: { id: job.id, run: 1, path: "s", iteration: 0, call, depth: 1 },
      },
    ],
  });
});

test("the input is made from the parent's input and results, and fails the execution where it cannot be", () => {
  const reference = (from: "input" | "result", name: string) => ({ from, name, encode: [] });
  const input = { $json: { members: [["who", { value: reference("input", "who") }]] } } as never;
  const job = startedJob(workflow(subWorkflow("s", "sub", { input, version: 3 })), { input: { who: ["Ada"] } });
  expect(job.effects).toMatchObject([{ input: { who: ["Ada"] }, version: 3 }]);
  const list = startedJob(workflow(subWorkflow("s", "sub", { input: [1] })));
  expect(list).toMatchObject({ status: "failed", error: { code: "no_object" }, tasks: [{ status: "failed" }] });
  expect(list).not.toHaveProperty("effects");
  const large = after(calling, blankJob(calling), { kind: "start" }, at(0, { limits: { maxInputBytes: 1 } }));
  expect(large).toMatchObject({ status: "failed", error: { code: "input_too_large" } });
});

test("a child's end is its execution's, its output the result, and what follows goes on", () => {
  const job = startedJob(calling);
  const change = changeBy(calling, job, endOf(job), at(9));
  expect(change).toMatchObject({
    effects: [],
    readyAt: begin + 9,
    tasks: [
      { path: "s", status: "completed", result: { response: { json: { greet: "hello" } } } },
      { path: "t", status: "scheduled" },
    ],
    history: [{ type: "task_completed", path: "s" }],
  });
  expect(change.bytes).toBeGreaterThan(job.bytes);
});

test("a child that failed fails its execution with the reason", () => {
  const job = startedJob(calling);
  expect(after(calling, job, endOf(job, failed), at(9))).toMatchObject({
    status: "failed",
    error: { code: "child_failed" },
    tasks: [{ path: "s", status: "failed", error: { code: "child_failed", message: "it failed" } }],
  });
});

test("an end counts once, for its own run, child and call", () => {
  const job = startedJob(calling);
  const end = endOf(job);
  expect(ignoredFor(calling, after(calling, job, end, at(9)), end, at(10))).toBe("applied_before");
  for (const other of [{ run: 2 }, { call: end.call + 1 }, { child: "f".repeat(24) }, { iteration: 1 }])
    expect(ignoredFor(calling, job, { ...end, ...other }, at(9))).toBe("stale_call");
  const ended = after(calling, job, asks.cancel, at(9));
  expect(ignoredFor(calling, ended, end, at(10))).toBe("not_allowed_in_state");
});

test("a result over the limit fails the execution", () => {
  const job = startedJob(calling);
  const large = { kind: "succeeded", result: { response: { json: "x".repeat(5000) } } } as const;
  const ended = after(calling, job, endOf(job, large), at(9, { limits: { maxResultBytes: 100 } }));
  expect(ended).toMatchObject({ status: "failed", tasks: [{ error: { code: "result_too_large" } }] });
  expect(ended.tasks[0]).not.toHaveProperty("result");
});

test.each([
  ["people cancel the parent", asks.cancel, at(5)],
  ["the parent's time is over", { kind: "timer_due" }, at(100)],
] as const)("where %s, the open child is called off", (_what, event, moment) => {
  const model = workflow(beside.root, { timeoutMs: 100 });
  const job = startedJob(model);
  const { call, id } = waiting(job).child;
  const ended = after(model, job, event, moment);
  expect(ended.effects).toMatchObject([
    { kind: "start_job", id: call },
    { kind: "cancel_job", job: id, call, by: `job ${job.id}` },
  ]);
});

test("an open child is called off also where the job ends without its definition", () => {
  const job = startedJob(beside);
  const ended = after(workflow(sequence()), job, asks.cancel, at(5));
  expect(ended.effects).toMatchObject([
    { kind: "start_job" },
    { kind: "cancel_job", job: child, call: waiting(job).child.call },
  ]);
});

test("a branch that fails calls off the child in another; a child that failed is not called off", () => {
  const held = claimed(startedJob(beside));
  const kinds = ({ effects }: Job) => effects?.map(({ kind }) => kind);
  const other = after(
    beside,
    held,
    finished(held, { kind: "failed", error: { code: "x", message: "y" }, retryable: false }, { path: "t" }),
    at(5),
  );
  expect([other.status, kinds(other)]).toEqual(["failed", ["start_job", "cancel_job"]]);
  const own = after(beside, held, endOf(held, failed), at(5));
  expect([own.status, kinds(own)]).toEqual(["failed", undefined]);
});

test("a retry calls the same child again, a restart another one", () => {
  const job = startedJob(calling);
  const ended = after(calling, job, asks.cancel, at(5));
  const again = after(calling, ended, asks.retry, at(6));
  expect(waiting(again)).toMatchObject({ status: "awaiting", child: { id: child } });
  expect(waiting(again).child.call).toBeGreaterThan(waiting(job).child.call);
  expect(again.effects?.map(({ kind }) => kind)).toEqual(["start_job", "cancel_job", "start_job"]);
  expect(ignoredFor(calling, again, endOf(job, failed), at(7))).toBe("stale_call");
  expect(after(calling, again, endOf(again), at(7)).tasks).toMatchObject([{ status: "completed" }, {}]);
  const restarted = after(calling, ended, asks.restart, at(6));
  expect(waiting(restarted).child.id).toBe(childJobId(job.id, 2, "s", 0));
});

test("of a paused parent the child goes on and its end counts; a child that would begin is called at the resume", () => {
  const paused = after(calling, startedJob(calling), asks.pause, at(5));
  expect(after(calling, paused, endOf(paused), at(6))).toMatchObject({
    status: "paused",
    readyAt: never,
    tasks: [{ status: "completed" }, {}],
  });
  const model = workflow(sequence(task("t"), subWorkflow("s", "sub")));
  const held = claimed(startedJob(model));
  const later = after(model, after(model, held, asks.pause, at(5)), finished(held, succeeded), at(6));
  expect(later).toMatchObject({ status: "paused", tasks: [{}, { status: "awaiting" }] });
  expect(later).not.toHaveProperty("effects");
  const resumed = after(model, later, asks.resume, at(7));
  expect(resumed.effects).toMatchObject([{ kind: "start_job", job: childJobId(held.id, 1, "s", 0) }]);
});

test("a child tells its parent of its end, whatever it is, and of nothing else", () => {
  const model = workflow(task("t"));
  const parent = { id: "f".repeat(24), run: 1, path: "s", iteration: 0, call: 7, depth: 1 };
  const held = claimed(startedJob(model, { parent }));
  expect(held).not.toHaveProperty("effects");
  for (const event of [finished(held, succeeded), asks.cancel])
    expect(after(model, held, event, at(5)).effects).toMatchObject([{ kind: "tell_parent", at: begin + 5 }]);
  const begunAnew = after(model, after(model, held, asks.cancel, at(5)), asks.retry, at(6));
  expect(begunAnew, "the next end is told").not.toHaveProperty("effects");
  expect(startedJob(workflow(sequence()), { parent }).effects).toMatchObject([{ kind: "tell_parent" }]);
});

test("a workflow that starts itself stops with a clear failure", () => {
  const self = workflow(subWorkflow("s", "sample"));
  let job = startedJob(self);
  let levels = 1;
  while (job.effects !== undefined) {
    const [start] = job.effects as readonly StartJob[];
    if (start?.parent === undefined) throw new Error("No child was called");
    job = startedJob(self, { id: start.job, parent: start.parent });
    levels += 1;
    if (job.status === "failed") break;
  }
  expect(levels).toBe(17);
  expect(job).toMatchObject({
    status: "failed",
    error: { code: "too_deep", message: expect.stringMatching(/limit of 16.*sample start itself/) as string },
  });
});

test("of a job that begins later the child begins then, too", () => {
  const job = after(calling, blankJob(calling), { kind: "start", dueAt: begin + 60_000 }, at(0));
  expect(job).toMatchObject({ status: "pending", effects: [{ kind: "start_job", notBefore: begin + 60_000 }] });
});

test("a retry that asks for new keys asks for them in the child, too", () => {
  const ended = after(calling, startedJob(calling), asks.cancel, at(5));
  const again = after(calling, ended, { ...asks.retry, newKey: true }, at(6));
  expect(again.effects?.at(-1)).toMatchObject({ kind: "start_job", newKey: true });
  const later = after(calling, after(calling, again, asks.cancel, at(7)), asks.retry, at(8));
  expect(later.effects?.at(-1)).not.toHaveProperty("newKey");
});

describe("a new key that was asked for reaches the child", () => {
  const branches = workflow(parallel([subWorkflow("s", "sub"), task("t")], { onFailure: "wait" }));
  const newKey = { ...asks.retry, newKey: true } as const;
  const job = startedJob(branches);
  const half = after(branches, job, endOf(job, failed), at(5));

  test("where a pause puts the call off", () => {
    const paused = after(branches, half, asks.pause, at(6));
    const asked = after(branches, paused, { ...newKey, task: { path: "s", iteration: 0 } }, at(7));
    expect(asked).not.toHaveProperty("effects");
    const resumed = after(branches, asked, asks.resume, at(8));
    expect(resumed.effects).toMatchObject([{ kind: "start_job", newKey: true }]);
    expect(waiting(resumed), "it is told once").not.toHaveProperty("newKey");
  });

  test("where the job ends before the call, and is retried without one", () => {
    const paused = after(branches, half, asks.pause, at(6));
    const asked = after(branches, paused, { ...newKey, task: { path: "s", iteration: 0 } }, at(7));
    const again = after(branches, after(branches, asked, asks.cancel, at(8)), asks.retry, at(9));
    expect(again.effects).toMatchObject([{ kind: "start_job", newKey: true }]);
  });
});

test("a child that takes longer than it may is called off, and its execution fails", () => {
  const timed = workflow(subWorkflow("s", "sub", { totalTimeoutMs: 500 }));
  const job = startedJob(timed);
  expect(job.readyAt).toBe(begin + 500);
  expect(ignoredFor(timed, job, { kind: "timer_due" }, at(499))).toBe("not_due");
  const over = after(timed, job, { kind: "timer_due" }, at(500));
  expect(over).toMatchObject({ status: "failed", tasks: [{ error: { code: "task_timeout" } }] });
  expect(over.effects?.at(-1)).toMatchObject({ kind: "cancel_job", job: child, call: waiting(job).child.call });
  expect(after(timed, job, endOf(job), at(499))).toMatchObject({ status: "completed" });
});
