import { expect, test } from "vitest";
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
  ["nothing", { type: "job_started" }, ""],
])("the history says %s", (_what, more, text) => {
  expect(why({ ...entry, ...more })).toBe(text);
});
