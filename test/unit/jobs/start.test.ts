import { describe, expect, test } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import type { WorkflowsError } from "../../../src/model/errors.ts";
import { isJobId } from "../../../src/model/ids.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { stored } from "../../support/store/fresh-store.ts";

const greet = workflow(sequence(task("0")), { name: "greet", inputParameters: ["name"] });

/** The error that a refused start rejects with. */
async function refusal(start: Promise<unknown>): Promise<WorkflowsError> {
  return start.then(
    () => expect.fail("The start was not refused"),
    (error: unknown) => error as WorkflowsError,
  );
}

test("a started job is in the store, ready, with its history; whoever waits is told", async () => {
  const deps = await embedded([greet]);
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  const { id, replayed } = await startJob(deps, { workflow: "greet", input: { name: "Ada" } });
  expect(isJobId(id)).toBe(true);
  expect(replayed).toBe(false);
  const job = await stored(deps.store, id);
  expect(job).toMatchObject({
    status: "pending",
    workflow: { name: "greet", version: 1, digest: greet.digest },
    input: { name: "Ada" },
    bytes: 14,
    readyAt: job.createdAt,
  });
  expect(job).not.toHaveProperty("lease");
  expect(await deps.store.jobs.history(id)).toMatchObject([{ type: "job_started" }]);
  expect(hints).toEqual([{ kind: "ready", workflow: "greet", topic: "default" }]);
});

test("a job with another than the usual priority is in a format that programs which know no priorities leave alone", async () => {
  const deps = await embedded([greet, workflow(sequence(task("0")), { name: "urgent", priority: 9 })]);
  const formatOf = async (ask: { workflow: string; priority?: number }): Promise<number> => {
    const { id } = await startJob(deps, { input: { name: "Ada" }, ...ask });
    return (await stored(deps.store, id)).format;
  };
  expect(await formatOf({ workflow: "greet" })).toBe(1);
  expect(await formatOf({ workflow: "greet", priority: 5 })).toBe(1);
  expect(await formatOf({ workflow: "greet", priority: 6 })).toBe(2);
  expect(await formatOf({ workflow: "urgent" })).toBe(2);
  expect(await formatOf({ workflow: "urgent", priority: 5 })).toBe(1);
});

test("a workflow without tasks is completed by its start, and nobody is woken", async () => {
  const deps = await embedded([workflow(sequence(), { name: "empty" })]);
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  const { id } = await startJob(deps, { workflow: "empty", input: {} });
  expect(await stored(deps.store, id)).toMatchObject({ status: "completed" });
  expect(hints).toEqual([]);
});

describe("a start is refused before anything is stored", () => {
  test.each([
    ["of an unknown workflow", { workflow: "great", input: {} }, "workflow_not_found", "Workflow not found"],
    [
      "of a newer version than there is",
      { workflow: "greet", input: { name: "" }, minVersion: 2 },
      "workflow_not_found",
      "",
    ],
    [
      "without its input",
      { workflow: "greet", input: {} },
      "missing_input_parameters",
      "Missing input parameters: [name]",
    ],
    [
      "with inherited members for input",
      { workflow: "greet", input: Object.create({ name: "" }) as object },
      "missing_input_parameters",
      "",
    ],
    [
      "with too large an input",
      { workflow: "greet", input: { name: "x".repeat(1000) } },
      "input_too_large",
      "1011 bytes",
    ],
  ] as const)("%s", async (_what, ask, code, message) => {
    const deps = await embedded([greet], { limits: { maxInputBytes: 1000 } });
    const error = await refusal(startJob(deps, ask as never));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect((await deps.store.search.find({ limit: 10 })).jobs).toEqual([]);
  });
});

test("the store's own limit is an error of the start, too", async () => {
  const deps = await embedded([greet], { limits: { maxInputBytes: 1e9 } });
  const error = await refusal(startJob(deps, { workflow: "greet", input: { name: "x".repeat(17 * 1024 * 1024) } }));
  expect(error).toMatchObject({ code: "input_too_large" });
});

describe("with an idempotency key", () => {
  const ask = { workflow: "greet", input: { name: "Ada", polite: true }, idempotencyKey: "k1" };

  test("a repeated start is the same job, whatever the order of its input", async () => {
    const deps = await embedded([greet]);
    const first = await startJob(deps, ask);
    const again = await startJob(deps, { ...ask, input: { polite: true, name: "Ada" } });
    expect(again).toEqual({ id: first.id, replayed: true });
    expect((await deps.store.search.find({ limit: 10 })).jobs).toHaveLength(1);
  });

  test("many starts at once are one job", async () => {
    const deps = await embedded([greet]);
    const started = await Promise.all(Array.from({ length: 20 }, () => startJob(deps, ask)));
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    expect(started.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await deps.store.search.find({ limit: 10 })).jobs).toHaveLength(1);
  });

  test("other input under the same key is refused, and changes nothing", async () => {
    const deps = await embedded([greet]);
    const { id } = await startJob(deps, ask);
    const before = await stored(deps.store, id);
    const error = await refusal(startJob(deps, { ...ask, input: { name: "Eve" } }));
    expect(error).toMatchObject({ code: "idempotency_conflict" });
    expect(await stored(deps.store, id)).toEqual(before);
  });

  test("the same key means another job in another workflow", async () => {
    const deps = await embedded([greet, workflow(sequence(task("0")), { name: "other" })]);
    const first = await startJob(deps, ask);
    const other = await startJob(deps, { ...ask, workflow: "other" });
    expect(other.replayed).toBe(false);
    expect(other.id).not.toBe(first.id);
  });
});

test("starts without a key are as many jobs", async () => {
  const deps = await embedded([greet]);
  const ask = { workflow: "greet", input: { name: "Ada" } };
  const started = await Promise.all(Array.from({ length: 50 }, () => startJob(deps, ask)));
  expect(new Set(started.map(({ id }) => id)).size).toBe(50);
});

test("a workflow that another process stored meanwhile can be started here", async () => {
  const deps = await embedded([greet]);
  const late = workflow(sequence(task("0")), { name: "late" });
  await expect(startJob(deps, { workflow: "late", input: {} })).rejects.toMatchObject({ code: "workflow_not_found" });
  await deps.store.definitions.put([{ workflow: late, source: {} }]);
  await eventually("it is found", async () => {
    const { id } = await startJob(deps, { workflow: "late", input: {} });
    return isJobId(id);
  });
});
