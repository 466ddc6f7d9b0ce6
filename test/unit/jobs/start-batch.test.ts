import { describe, expect, test } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import { type MemberAnswer, startJobs } from "../../../src/jobs/start-batch.ts";
import { Overloaded, StoreUnavailable, WorkflowsError } from "../../../src/model/errors.ts";
import { isJobId } from "../../../src/model/ids.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import type { JobStore, NewJob } from "../../../src/store/store.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { stored } from "../../support/store/fresh-store.ts";

const greet = workflow(sequence(task("0")), { name: "greet", inputParameters: ["name"] });

function inputs(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ name: `n${index}` }));
}

function idsOf(answers: readonly MemberAnswer[]): string[] {
  return answers.map((answer) => (answer instanceof WorkflowsError ? `refused: ${answer.message}` : answer.id));
}

/** The same parts, with `insert` in front of the store's own. */
function withInsert(
  deps: Embedded,
  insert: (jobs: readonly NewJob[], own: JobStore["insert"]) => ReturnType<JobStore["insert"]>,
) {
  const jobs: JobStore = { ...deps.store.jobs, insert: (all) => insert(all, (own) => deps.store.jobs.insert(own)) };
  return { ...deps, store: { ...deps.store, jobs } };
}

test("each input is a job of its own, answered in order, stored, ready, in few calls of the store and with one hint", async () => {
  const deps = await embedded([greet]);
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  const calls: number[] = [];
  const counted = withInsert(deps, (jobs, own) => {
    calls.push(jobs.length);
    return own(jobs);
  });
  const ids = idsOf(await startJobs(counted, { workflow: "greet", inputs: inputs(1000), priority: 7 }));
  expect(new Set(ids).size).toBe(1000);
  for (const index of [0, 1, 127, 128, 600, 999]) {
    const job = await stored(deps.store, ids[index] ?? "");
    expect(job).toMatchObject({ status: "pending", input: { name: `n${index}` }, priority: 7, readyAt: job.createdAt });
    expect(await deps.store.jobs.history(job.id)).toMatchObject([{ type: "job_started" }]);
  }
  expect(calls).toEqual([128, 128, 128, 128, 128, 128, 128, 104]);
  expect(hints).toEqual([{ kind: "ready", workflow: "greet", topic: "default" }]);
});

test("of a batch no more than six calls of the store wait at once, so that others are written between them", async () => {
  const deps = await embedded([greet]);
  let [waiting, most] = [0, 0];
  const counted = withInsert(deps, async (jobs, own) => {
    most = Math.max(most, ++waiting);
    const answers = await own(jobs);
    waiting -= 1;
    return answers;
  });
  const batch = startJobs(counted, { workflow: "greet", inputs: inputs(5000) });
  const single = await startJob(deps, { workflow: "greet", input: { name: "single" } });
  const stillWaiting = waiting;
  expect(idsOf(await batch)).not.toContain(single.id);
  expect(most).toBe(6);
  expect(stillWaiting, "a single start does not wait for the whole batch").toBeGreaterThan(0);
});

test("inputs that are large together are more calls of the store, so that none of them is long", async () => {
  const deps = await embedded([greet]);
  const calls: number[] = [];
  const counted = withInsert(deps, (jobs, own) => {
    calls.push(jobs.length);
    return own(jobs);
  });
  const large = Array.from({ length: 6 }, () => ({ name: "x".repeat(600_000) }));
  const answers = await startJobs(counted, { workflow: "greet", inputs: large });
  expect(idsOf(answers).every(isJobId)).toBe(true);
  expect(calls).toEqual([2, 2, 2]);
});

test("a mistake in one input is its own answer, and the others start", async () => {
  const deps = await embedded([greet], { limits: { maxInputBytes: 100 } });
  const parse = new WorkflowsError("invalid_body", "Unable to parse the input parameters: no object");
  const answers = await startJobs(deps, {
    workflow: "greet",
    inputs: [{ name: "a" }, {}, parse, { name: "x".repeat(100) }, { name: "b" }],
  });
  expect(answers).toEqual([
    { id: expect.any(String), replayed: false },
    expect.objectContaining({ code: "missing_input_parameters", message: "Missing input parameters: [name]" }),
    parse,
    expect.objectContaining({ code: "input_too_large" }),
    { id: expect.any(String), replayed: false },
  ]);
  expect((await deps.store.search.find({ limit: 10 })).jobs).toHaveLength(2);
});

test("what the store itself refuses is the answer of that member alone", async () => {
  const deps = await embedded([greet], { limits: { maxInputBytes: 1e9 } });
  const answers = await startJobs(deps, {
    workflow: "greet",
    inputs: [{ name: "a" }, { name: "x".repeat(17 * 1024 * 1024) }, { name: "b" }],
  });
  expect(answers.map((answer) => ("code" in answer ? answer.code : "started"))).toEqual([
    "started",
    "input_too_large",
    "started",
  ]);
});

test("no input is no job, and a workflow that is not there is an error of the whole", async () => {
  const deps = await embedded([greet]);
  expect(await startJobs(deps, { workflow: "greet", inputs: [] })).toEqual([]);
  const unknown = { code: "workflow_not_found", message: "Workflow not found" };
  await expect(startJobs(deps, { workflow: "great", inputs: inputs(2) })).rejects.toMatchObject(unknown);
  await expect(startJobs(deps, { workflow: "greet", inputs: inputs(2), minVersion: 2 })).rejects.toMatchObject(unknown);
});

test("jobs that are put off are stored now, and due then", async () => {
  const deps = await embedded([greet]);
  const notBefore = deps.moment().nowMs + 60_000;
  const [id] = idsOf(await startJobs(deps, { workflow: "greet", inputs: inputs(1), notBefore }));
  expect(await stored(deps.store, id ?? "")).toMatchObject({ status: "pending", readyAt: notBefore });
});

describe("with an idempotency key", () => {
  const ask = { workflow: "greet", idempotencyKey: "k1" };

  test("the same batch again is the same jobs; one that is longer starts what is new", async () => {
    const deps = await embedded([greet]);
    const first = await startJobs(deps, { ...ask, inputs: inputs(200) });
    const again = await startJobs(deps, { ...ask, inputs: inputs(201) });
    expect(idsOf(again).slice(0, 200)).toEqual(idsOf(first));
    expect(new Set(idsOf(again)).size).toBe(201);
    expect(again.map((answer) => "replayed" in answer && answer.replayed)).toEqual([...first.map(() => true), false]);
  });

  test("another input in the same place is refused for that member alone", async () => {
    const deps = await embedded([greet]);
    const [first] = await startJobs(deps, { ...ask, inputs: inputs(1) });
    const answers = await startJobs(deps, { ...ask, inputs: [{ name: "n0" }, { name: "n1" }] });
    expect(answers[0]).toEqual({ ...first, replayed: true });
    const changed = await startJobs(deps, { ...ask, inputs: [{ name: "n1" }, { name: "n1" }] });
    expect(changed).toEqual([
      expect.objectContaining({ code: "idempotency_conflict" }),
      { ...answers[1], replayed: true },
    ]);
  });

  test("equal inputs in two places are two jobs, and a single start with the key is another one", async () => {
    const deps = await embedded([greet]);
    const input = { name: "n" };
    const ids = idsOf(await startJobs(deps, { ...ask, inputs: [input, input] }));
    const single = await startJob(deps, { ...ask, input });
    expect(new Set([...ids, single.id]).size).toBe(3);
    expect(single.replayed).toBe(false);
  });
});

describe("where the store", () => {
  test("has too much to do from the beginning, nothing is stored and the whole is refused", async () => {
    const deps = await embedded([greet]);
    const busy = withInsert(deps, async () => {
      throw new Overloaded("busy", 1500);
    });
    const start = startJobs(busy, { workflow: "greet", inputs: [...inputs(1000), {}] });
    await expect(start).rejects.toMatchObject({ code: "overloaded", retryAfterMs: 1500 });
    expect((await deps.store.search.find({ limit: 1 })).jobs).toEqual([]);
  });

  test.each([
    ["fails", new StoreUnavailable("it failed"), "store_unavailable"],
    ["has too much to do", new Overloaded("busy", 1500), "overloaded"],
  ])(
    "%s in the middle, every member with an id is stored, all others say why they have none",
    async (_what, error, code) => {
      const deps = await embedded([greet]);
      let calls = 0;
      const failing = withInsert(deps, async (jobs, own) => {
        if (++calls > 5) throw error;
        return own(jobs);
      });
      const answers = await startJobs(failing, { workflow: "greet", inputs: inputs(10_000) });
      expect(answers).toHaveLength(10_000);
      const started = answers.filter((answer) => "id" in answer);
      expect(started).toHaveLength(5 * 128);
      for (const { id } of started.filter((_, index) => index % 100 === 0)) await stored(deps.store, id);
      expect(new Set(answers.filter((answer) => "code" in answer).map((answer) => answer.code))).toEqual(
        new Set([code]),
      );
      expect(calls, "nothing more is given to a store that failed").toBeLessThan(12);
    },
  );
});
