import { expect, test } from "vitest";
import { maxLabels } from "../../../../src/model/search/labels.ts";
import { fanOut, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  changeBy,
  claimed,
  failedForGood,
  failedRetryable,
  failure,
  finished,
  heldJob,
  succeeded,
} from "../situation.ts";

const retry = { kind: "fixed", retries: 1, delayMs: 60_000 } as const;

test("a job is found by the searchable inputs that its start brought, whatever else it brought", () => {
  const names = ["device", "count", "on", "tags", "absent", "toString", "nothing"];
  const model = workflow(task("0"), { optionalParameters: names, searchable: names });
  const input = { device: "a=b", count: 3, on: true, tags: ["x"], nothing: null, secret: "hunter2" };
  const labels = ["input:device=a=b", "input:count=3", "input:on=true", "input:nothing=null"];
  const held = heldJob(model, { input });
  expect(held.labels).toEqual(labels);
  expect(changeBy(model, held, finished(held, succeeded), at(5)).labels).toBeUndefined(); // as they were
  const long = heldJob(model, { input: { device: "d".repeat(201) } });
  expect(long.labels?.[0]).toMatch(/^input:device=sha256:[0-9a-f]{64}$/);
});

test("it is found by whom it called and by how the last attempt failed, until another one does better", () => {
  const model = workflow(sequence(task("0", { retry }), task("1")));
  const held = heldJob(model);
  expect(held.labels).toBeUndefined();
  const called = { target: "http://inventory:8080" };
  const failed = claimed(after(model, held, finished(held, failedRetryable, called), at(5)));
  expect(failed.labels).toEqual(["error:unreachable", "target:http://inventory:8080"]);
  expect(after(model, failed, finished(failed, succeeded), at(70_000)).labels).toBeUndefined(); // it called nobody
  const other = { ...finished(failed, succeeded), target: "http://other:8080" };
  const done = after(model, failed, other, at(70_000));
  expect(done.labels).toEqual(["target:http://other:8080"]);
  const nobody = after(model, done, finished(done, failure({ retryable: false })), at(70_001));
  expect(nobody.labels).toEqual(["error:unreachable", "target:http://other:8080"]);
});

test("it is found by how it failed while the whole job waits for its next try, until that does better", () => {
  const model = workflow(sequence(task("0"), task("1")), { retry });
  const held = heldJob(model);
  const failed = claimed(after(model, held, finished(held, failedForGood), at(5)));
  expect(failed).toMatchObject({ retried: 1, labels: ["error:unreachable"] });
  const better = { ...finished(failed, succeeded), attempt: 2 };
  expect(after(model, failed, better, at(60_006)).labels).toBeUndefined();
});

test("a retry forgets the failure, and a restart all that the run before brought", () => {
  const model = workflow(sequence(task("0"), task("1")), { optionalParameters: ["device"], searchable: ["device"] });
  const held = heldJob(model, { input: { device: "d1" } });
  const half = after(model, held, finished(held, succeeded, { target: "http://a:1" }), at(5));
  const ended = after(model, half, finished(half, failure({ retryable: false }), { target: "http://b:1" }), at(6));
  expect(ended.labels).toEqual(["input:device=d1", "error:unreachable", "target:http://a:1", "target:http://b:1"]);
  expect(after(model, ended, asks.retry, at(7)).labels).toEqual(["input:device=d1", "target:http://a:1"]);
  const unnamed = workflow(sequence(task("0"), task("1")), { version: 2 });
  expect(changeBy(unnamed, ended, asks.restart, at(7)).labels).toEqual([]);
});

test("a job that ends without its definition or its input is found by its inputs still", () => {
  const model = workflow(task("0"), { optionalParameters: ["device"], searchable: ["device"] });
  const held = heldJob(model, { input: { device: "d1" } });
  const defect = { kind: "defect", error: { code: "job_incomplete", message: "its input is gone" } } as const;
  const ended = after(workflow(sequence()), { ...held, input: {} }, defect, at(5));
  expect(ended.labels).toEqual(["input:device=d1", "error:job_incomplete"]);
});

test("of many targets the first count, and the job's own failure always does", () => {
  const model = workflow(fanOut("f", "list", task("0")));
  let job = heldJob(model, { input: { list: Array.from({ length: 40 }, (_, index) => index) } });
  for (let iteration = 0; iteration < 40; iteration++) {
    const outcome = iteration < 39 ? succeeded : failure({ retryable: false });
    job = after(model, job, finished(job, outcome, { iteration, target: `http://t${iteration}:1` }), at(iteration));
  }
  expect(job.status).toBe("failed");
  expect(job.labels).toHaveLength(maxLabels);
  expect(job.labels).toContain("error:unreachable");
  expect(job.labels?.at(-1)).toBe(`target:http://t${maxLabels - 2}:1`);
});
