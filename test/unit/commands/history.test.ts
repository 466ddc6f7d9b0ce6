import { expect, test } from "vitest";
import { explanationText } from "../../../src/commands/client/explain/text.ts";
import { why } from "../../../src/commands/client/jobs-history.ts";

const entry = { time: "2030-01-31T06:00:00.000Z", run: 2 };

test.each([
  [
    "who, and with which version",
    { type: "job_restarted", version: 1, by: "ada", reason: "mended" },
    "ada: mended, version 1",
  ],
  [
    "what failed, and when it is due",
    { type: "attempt_failed", error: { code: "x", message: "no" }, due_time: "2030-01-31T06:00:09.000Z" },
    "x: no, due 2030-01-31T06:00:09.000Z",
  ],
  ["what people asked for beside", { type: "task_retried", by: "ada", newKey: true as const }, "ada: new key"],
  [
    "which job was started",
    { type: "failure_job_started", job: "0".repeat(24), workflow: "alert" },
    `job ${"0".repeat(24)} of alert`,
  ],
  ["nothing", { type: "job_started" }, ""],
])("the history says %s", (_what, more, text) => {
  expect(why({ ...entry, ...more })).toBe(text);
});

test("an explanation says of an attempt that is due since when and with whom, and of one that waits until when", () => {
  const due_time = "2026-01-01T00:00:00.000Z";
  const attempt = { attempt: 1, why: "first attempt", due_time };
  const text = explanationText({
    ...{ id: "0123456789abcdef01234567", state: "running", summary: "It is at work.", advice: [] },
    tasks: [
      {
        ...{ name: "call", path: "0", iteration: 0, type: "http", state: "scheduled" },
        attempts: [
          { ...attempt, outcome: "due", worker: "w1" },
          { ...attempt, outcome: "waiting" },
        ],
      },
    ],
  });
  expect(text).toContain(`attempt 1  due  since ${due_time}  with w1\n`);
  expect(text).toContain(`attempt 1  waiting  due ${due_time}\n`);
});
