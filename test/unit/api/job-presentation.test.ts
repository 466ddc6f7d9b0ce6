import { expect, test } from "vitest";
import { presentJob } from "../../../src/api/mender/job-presentation.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { TaskExecution } from "../../../src/model/job/task-execution.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { pendingJob } from "../../support/jobs.ts";

const nowMs = 1_800_000_000_000;

function stateOfTask(change: Partial<Job>, readyAt: number): string | undefined {
  const { job } = pendingJob("a");
  const task = {
    path: "0",
    iteration: 0,
    name: "call",
    type: "http",
    status: "scheduled",
    attempt: 1,
    scheduledAt: nowMs,
    readyAt,
  } as const;
  const shown = presentJob(
    { ...job, ...change, tasks: [task] },
    () => false,
    (text) => text,
    nowMs,
  );
  return shown.tasks[0]?.state;
}

test("a due task shows as started while a worker holds its job, and as scheduled otherwise", () => {
  const lease = { worker: "w1", fence: 1 };
  expect(stateOfTask({ lease }, nowMs)).toBe("started");
  expect(stateOfTask({ lease }, nowMs + 500)).toBe("scheduled");
  expect(stateOfTask({}, nowMs)).toBe("scheduled");
});

test("a command shows what it said and how it ended; what a signal ended has the exit code -1", () => {
  const { job } = pendingJob("a");
  const cli = (response: JsonObject) => {
    const result = { request: { command: ["/bin/x", "***"] }, response };
    const ended = { status: "failed", attempt: 1, scheduledAt: nowMs, finishedAt: nowMs, result } as const;
    const task = { path: "0", iteration: 0, name: "run", type: "cli", ...ended } as const;
    const hide = (text: string): string => text.replaceAll("secret", "***");
    return presentJob({ ...job, tasks: [task] }, () => false, hide, nowMs).results[0]?.cli;
  };
  const command = ["/bin/x", "***"];
  expect(cli({ body: "out secret", error: "err secret", exitCode: 3 })).toEqual({
    command,
    output: "out ***",
    error: "err ***",
    exitCode: 3,
  });
  expect(cli({ body: "o", error: "", signal: "SIGTERM", truncated: true })).toEqual({
    command,
    output: "o",
    error: "",
    exitCode: -1,
    signal: "SIGTERM",
    truncated: true,
  });
});

test("a command of which nothing came has the exit code -1, whether it began or not", () => {
  const { job } = pendingJob("a");
  for (const result of [undefined, { request: { command: ["/bin/x"] } }]) {
    const ended = { status: "failed", attempt: 1, scheduledAt: nowMs, finishedAt: nowMs } as const;
    const task = { path: "0", iteration: 0, name: "run", type: "cli", ...ended, ...(result && { result }) } as const;
    const shown = presentJob(
      { ...job, tasks: [task] },
      () => false,
      (text) => text,
      nowMs,
    );
    expect(shown.results[0]?.cli).toMatchObject({ output: "", error: "", exitCode: -1 });
  }
});

test("a child shows whose part it is, and its parent's task which job does it", () => {
  const parent = { id: "f".repeat(24), run: 2, path: "0", iteration: 1, call: 7, depth: 1 };
  const { job } = pendingJob("a", { parent });
  const tasks = job.tasks.map(
    (task) => ({ ...task, status: "awaiting", child: { id: "c".repeat(24), call: 9 } }) as const,
  );
  const shown = presentJob(
    { ...job, tasks },
    () => false,
    (text) => text,
    nowMs,
  );
  expect(shown.parent).toEqual({ id: "f".repeat(24), run: 2, path: "0", iteration: 1 });
  expect(shown.tasks).toMatchObject([{ state: "awaiting", job: "c".repeat(24) }]);
});

test("a secret inside of an input is masked as well", () => {
  const { job } = pendingJob("a", { input: { input: { who: "you", token: "t", list: [{ token: ["u"] }] } } });
  const shown = presentJob(
    job,
    (name) => name === "token",
    (text) => text,
    nowMs,
  );
  expect(shown.inputParameters).toEqual([
    { name: "input", value: { who: "you", token: "***", list: [{ token: "***" }] } },
  ]);
});

test("a task that was undone is a success, and one that a retry took back has no result until it is done again", () => {
  const { job } = pendingJob("a");
  const about = { path: "0", iteration: 0, name: "call", type: "http", attempt: 1, scheduledAt: nowMs } as const;
  const shown = (more: Pick<TaskExecution, "result">) =>
    presentJob(
      { ...job, tasks: [{ ...about, status: "undone", ...more }] },
      () => false,
      (text) => text,
      nowMs,
    ).results;
  expect(shown({ result: { response: { statusCode: 200, body: "" } } })).toMatchObject([
    { name: "call", success: true },
  ]);
  expect(shown({})).toEqual([]);
});

test("an undo that a retry set back is not shown: it has not begun, and its task is not undone", () => {
  const { job } = pendingJob("a");
  const pay = { path: "0", iteration: 0, name: "pay", type: "http", status: "completed", attempt: 1 } as const;
  const undo = { ...pay, path: "undo:0", name: "undo pay", status: "undone" } as const;
  const tasks = [pay, undo].map((task) => ({ ...task, scheduledAt: nowMs }));
  const shown = presentJob(
    { ...job, tasks },
    () => false,
    (text) => text,
    nowMs,
  );
  expect([shown.tasks, shown.results].map((rows) => rows.map(({ name }) => name))).toEqual([["pay"], ["pay"]]);
});
