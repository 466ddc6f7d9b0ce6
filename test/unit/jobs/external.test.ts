import { expect, test } from "vitest";
import { applyEvents } from "../../../src/jobs/apply.ts";
import { completeExternal, heartbeatExternal } from "../../../src/jobs/external/answer.ts";
import { type PollAsk, pollExternal } from "../../../src/jobs/external/poll.ts";
import { startJob } from "../../../src/jobs/start.ts";
import type { AttemptFinished } from "../../../src/model/decision/event.ts";
import { embedded } from "../../support/embedded.ts";
import { external, parallel, task, valueOf, workflow } from "../../support/sample-workflow.ts";
import { by, claimed, registered, stored } from "../../support/store/fresh-store.ts";

const ask: PollAsk = { queue: "mail", worker: "pen", limit: 10, leaseMs: 60_000 };

test("what cannot be told any more to whoever takes it has failed, and what was taken beside it is told", async () => {
  const input = valueOf("result", "t", ["x"]);
  const branches = [external("e", "mail", { input }), external("f", "mail"), task("t", { name: "t" })];
  const model = workflow(parallel(branches, { onFailure: "wait" }));
  const deps = await embedded([model]);
  const { id } = await startJob(deps, { workflow: "sample", input: {} });
  await registered(deps.store, "w1");
  const [job] = await claimed(deps.store, by("w1", { nowMs: Date.now() + 1000 }));
  const result = { response: { statusCode: 200, body: "{", truncated: true } };
  const cut: AttemptFinished = {
    kind: "attempt_finished",
    fence: 1,
    path: "t",
    iteration: 0,
    attempt: 1,
    worker: "w1",
    startedAt: Date.now(),
    durationMs: 1,
    outcome: { kind: "succeeded", result },
  };
  await applyEvents(deps, model, job ?? expect.fail("There was no job to claim"), [cut]);
  expect((await pollExternal(deps, ask)).map(({ execution }) => execution.path)).toEqual(["f"]);
  expect((await stored(deps.store, id)).tasks).toMatchObject([
    { path: "e", status: "failed", error: { code: "render_failed" } },
    { path: "f", status: "awaiting" },
    { path: "t", status: "completed" },
  ]);
  expect(await pollExternal(deps, ask)).toEqual([]);
});

test("what was taken is told, also where the store is lost before there is more", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  for (const who of ["Ada", "Bob", "Eve"]) await startJob(deps, { workflow: "sample", input: { who } });
  let closing: Promise<void> | undefined;
  deps.notifier.subscribe(() => {
    closing ??= deps.store.close(); // with the first that is taken
  });
  expect(await pollExternal(deps, ask)).toHaveLength(1);
  await closing;
  await expect(pollExternal(deps, ask)).rejects.toThrow("closed");
});

test("a heartbeat wakes nobody, an end does", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  await startJob(deps, { workflow: "sample", input: {} });
  const [taken] = await pollExternal(deps, ask);
  const hints: string[] = [];
  deps.notifier.subscribe(({ kind }) => hints.push(kind));
  await heartbeatExternal(deps, taken?.token ?? "", 60_000);
  expect(hints).toEqual([]);
  await completeExternal(deps, taken?.token ?? "", "done");
  expect(hints).toHaveLength(1);
});
