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

test("a mail shows who got it, what it said and what became of it", () => {
  const { job } = pendingJob("a");
  const request = { sender: "f@x", recipients: ["a@x"], message: "Subject: s\n\nsecret" };
  const smtp = (more: Partial<TaskExecution>) => {
    const ended = { status: "failed", attempt: 1, scheduledAt: nowMs, finishedAt: nowMs, ...more } as const;
    const task = { path: "0", iteration: 0, name: "mail", type: "smtp", ...ended } as const;
    const hide = (text: string): string => text.replaceAll("secret", "***");
    return presentJob({ ...job, tasks: [task] }, () => false, hide, nowMs).results[0]?.smtp;
  };
  const shown = { sender: "f@x", recipients: ["a@x"], message: "Subject: s\n\n***" };
  const sent = { request, response: { json: { messageId: "<1@x>", reply: "250 secret" } } };
  expect(smtp({ status: "completed", result: sent })).toEqual({
    ...shown,
    error: "",
    messageId: "<1@x>",
    reply: "250 ***",
  });
  const error = { code: "connect_failed", message: "no connection to secret" };
  expect(smtp({ error, result: { request } })).toEqual({ ...shown, error: "no connection to ***" });
  expect(smtp({ error })).toEqual({ sender: "", recipients: [], message: "", error: "no connection to ***" });
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

test("a message shows where it went and what the stream said of it; one that was not published shows why", () => {
  const { job } = pendingJob("a");
  const nats = (more: Pick<TaskExecution, "status" | "result" | "error">) => {
    const ended = { attempt: 1, scheduledAt: nowMs, finishedAt: nowMs, ...more };
    const task = { path: "0", iteration: 0, name: "tell", type: "nats", ...ended };
    const hide = (text: string): string => text.replaceAll("secret", "***");
    return presentJob({ ...job, tasks: [task] }, () => false, hide, nowMs).results[0]?.nats;
  };
  const request = { server: "nats://h:4222", subject: "a.b", data: '{"a":1}' };
  const response = { json: { stream: "ALL", seq: 3, duplicate: false } };
  const shown = { subject: "a.b", data: '{"a":1}' };
  expect(nats({ status: "completed", result: { request, response } })).toEqual({
    error: "",
    ...shown,
    stream: "ALL",
    seq: 3,
    duplicate: false,
  });
  const error = { code: "no_stream", message: "no stream takes the secret" };
  expect(nats({ status: "failed", result: { request }, error })).toEqual({
    error: "no stream takes the ***",
    ...shown,
  });
  expect(nats({ status: "failed", error })).toEqual({ error: "no stream takes the ***" });
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

test("a task that was undone is a success, and one that a retry took back is not shown until it is begun again", () => {
  const { job } = pendingJob("a");
  const about = { path: "0", iteration: 0, name: "call", type: "http", attempt: 1, scheduledAt: nowMs } as const;
  const shown = (more: Pick<TaskExecution, "result">) =>
    presentJob(
      { ...job, tasks: [{ ...about, status: "undone", ...more }] },
      () => false,
      (text) => text,
      nowMs,
    );
  expect(shown({ result: { response: { statusCode: 200, body: "" } } })).toMatchObject({
    results: [{ name: "call", success: true }],
    tasks: [{ name: "call", state: "undone" }],
  });
  expect(shown({})).toMatchObject({ results: [], tasks: [] });
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
