import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { StartJob } from "../../../../src/model/job/outward/effect.ts";
import { parallel, sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, blankJob, claimed, finished, succeeded } from "../situation.ts";

const input = { text: "x".repeat(400) };
const three = workflow(parallel(["0", "1", "2"].map((path) => subWorkflow(path, "sub", { input }))));
const limits = { maxJobBytes: 1000 };

function started(model = three): Job {
  return after(model, blankJob(model), { kind: "start" }, at(0, { limits }));
}

function startsOf({ effects = [] }: Job): StartJob[] {
  return effects.filter((effect) => effect.kind === "start_job");
}

function called({ tasks }: Job): string[] {
  return tasks.filter(({ child }) => child !== undefined).map(({ path }) => path);
}

test("of children whose inputs do not fit into the job together, some are called when others have been started", () => {
  const job = started();
  expect(job.tasks.map(({ status }) => status)).toEqual(["awaiting", "awaiting", "awaiting"]);
  expect(called(job)).toEqual(["0", "1"]);
  const [first] = startsOf(job);
  const delivered = { kind: "effects_delivered", ids: [first?.id ?? 0], refused: [] } as const;
  const next = after(three, job, delivered, at(1, { limits }));
  expect(called(next)).toEqual(["0", "1", "2"]);
  expect(startsOf(next).map(({ parent }) => parent?.path)).toEqual(["1", "2"]);
});

test("so is one when another has ended, and when a paused job is resumed", () => {
  const job = started();
  const [start] = startsOf(job);
  if (start?.parent === undefined) throw new Error("No child was called");
  const { path, iteration, run, call } = start.parent;
  const outcome = { kind: "succeeded", result: {} } as const;
  const end = { kind: "child_ended", child: start.job, run, path, iteration, call, outcome } as const;
  expect(called(after(three, job, end, at(1, { limits })))).toEqual(["0", "1", "2"]);
  const paused = after(three, after(three, job, asks.pause, at(1)), end, at(2, { limits }));
  expect(called(paused)).toEqual(["0", "1"]);
  expect(called(after(three, paused, asks.resume, at(3, { limits })))).toEqual(["0", "1", "2"]);
});

test("an input that does not fit beside input and results fails the call", () => {
  const model = workflow(sequence(task("t"), subWorkflow("s", "sub", { input })));
  const held = claimed(started(model));
  const large = { kind: "succeeded", result: { response: { body: "x".repeat(700) } } } as const;
  expect(after(model, held, finished(held, succeeded), at(1, { limits }))).toMatchObject({ status: "running" });
  const failed = after(model, held, finished(held, large), at(1, { limits }));
  expect(failed).toMatchObject({
    status: "failed",
    error: {
      code: "job_too_large",
      message: expect.stringMatching(/workflow sub.*1000 bytes.*max_job_bytes/) as string,
    },
  });
  expect(failed).not.toHaveProperty("effects");
});
