import { expect, test } from "vitest";
import type { Job } from "../../../src/client/workflows.ts";
import { type LiveOutput, TaskLines } from "../../../src/commands/client/run/task-lines.ts";
import { eventually } from "../../support/eventually.ts";

type Task = Job["tasks"][number];

function task(name: string, state: string, more: Partial<Task> = {}): Task {
  return { name, path: name, type: "http", state, attempt: 1, ...more };
}

function told(output: Partial<LiveOutput>) {
  const clock = { ms: 0 };
  const written: string[] = [];
  const lines = new TaskLines({ ...output, write: (text) => void written.push(text) }, () => clock.ms);
  return { clock, written, lines };
}

const error = { code: "connect_failed", message: "nobody\nlistens" };

test("in a pipe each change of a task is a line, and nothing moves a cursor", () => {
  const { written, lines } = told({});
  lines.show({ tasks: [task("a", "started")] });
  lines.show({ tasks: [task("a", "started")] });
  lines.show({
    tasks: [
      task("a", "completed", { finish_time: "2030-01-31T06:00:00.000Z" }),
      task("b", "scheduled", { attempt: 2, error, due_time: "2030-01-31T06:00:01.000Z", iteration: 3 }),
    ],
  });
  lines.end();
  expect(written.filter((text) => text !== "")).toEqual([
    "a: started\n",
    "a: completed\n",
    "b [3]: scheduled attempt 2 due 2030-01-31T06:00:01.000Z after connect_failed: nobody listens\n",
  ]);
});

test("on a terminal there is a line for each task, written over in place, with how long it stands so, and gone at the end", () => {
  const { clock, written, lines } = told({ isTTY: true, columns: 40, rows: 24 });
  lines.show({ tasks: [task("a", "started")] });
  clock.ms = 61_500;
  const long = { ...error, message: "x".repeat(100) };
  lines.show({ tasks: [task("a", "started"), task("b", "scheduled", { error: long })] });
  lines.end();
  lines.end();
  expect(written.slice(0, 3)).toEqual([
    "  a started\n",
    `\u001b[1A\u001b[J  a started for 1m1s\n  b scheduled after connect_failed: xxx…\n`,
    "\u001b[2A\u001b[J",
  ]);
  expect(written.slice(3).join("")).toBe("");
});

test("on a terminal, how long a task has stood as it does goes on while nothing happens", async () => {
  const { clock, written, lines } = told({ isTTY: true });
  lines.show({ tasks: [task("a", "started")] });
  clock.ms = 5000;
  await eventually("it is drawn again", () => written.at(-1)?.includes("a started for 5.0s"));
  lines.end();
});

test("of more tasks than the terminal has lines, the last ones are shown", () => {
  const { written, lines } = told({ isTTY: true, rows: 6, columns: 80 });
  lines.show({ tasks: Array.from({ length: 10 }, (_, index) => task(`t${index}`, "started")) });
  expect(written.join("").split("\n")).toEqual([
    "... and 7 before",
    "  t7 started",
    "  t8 started",
    "  t9 started",
    "",
  ]);
});
