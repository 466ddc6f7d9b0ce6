import { expect, test } from "vitest";
import { presentJob } from "../../../src/api/mender/job-presentation.ts";
import type { Job } from "../../../src/model/job/job.ts";
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
