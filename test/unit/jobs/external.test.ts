import { expect, test } from "vitest";
import { applyEvents } from "../../../src/jobs/apply.ts";
import { completeExternal, heartbeatExternal } from "../../../src/jobs/external/answer.ts";
import { type PollAsk, pollExternal } from "../../../src/jobs/external/poll.ts";
import { WaitingPolls } from "../../../src/jobs/external/waiting-polls.ts";
import { startJob } from "../../../src/jobs/start.ts";
import { OwnChanges } from "../../../src/jobs/watch/own-changes.ts";
import type { AttemptFinished } from "../../../src/model/decision/event.ts";
import type { Limits } from "../../../src/model/decision/moment.ts";
import type { JsonValue } from "../../../src/model/json.ts";
import type { Store } from "../../../src/store/store.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { external, fanOut, parallel, task, valueOf, workflow } from "../../support/sample-workflow.ts";
import { by, claimed, registered, stored } from "../../support/store/fresh-store.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";

type Offered = Parameters<Store["jobs"]["offered"]>;

const log = new MemoryLog();
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
  expect((await pollExternal(deps, log, ask)).map(({ execution }) => execution.path)).toEqual(["f"]);
  expect((await stored(deps.store, id)).tasks).toMatchObject([
    { path: "e", status: "failed", error: { code: "render_failed" } },
    { path: "f", status: "awaiting" },
    { path: "t", status: "completed" },
  ]);
  expect(await pollExternal(deps, log, ask)).toEqual([]);
});

test("what was taken is told, also where the store is lost before there is more", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  for (const who of ["Ada", "Bob", "Eve"]) await startJob(deps, { workflow: "sample", input: { who } });
  let closing: Promise<void> | undefined;
  deps.notifier.subscribe(() => {
    closing ??= deps.store.close(); // with the first that is taken
  });
  expect(await pollExternal(deps, log, ask)).toHaveLength(1);
  await closing;
  await expect(pollExternal(deps, log, ask)).rejects.toThrow("closed");
});

test("a heartbeat wakes nobody, an end does", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  await startJob(deps, { workflow: "sample", input: {} });
  const [taken] = await pollExternal(deps, log, ask);
  const hints: string[] = [];
  deps.notifier.subscribe(({ kind }) => hints.push(kind));
  await heartbeatExternal(deps, taken?.token ?? "", 60_000);
  expect(hints).toEqual([]);
  await completeExternal(deps, taken?.token ?? "", "done");
  expect(hints).toHaveLength(1);
});

/** Three tasks of one job, taken: the first is ended, and while that is stored the others are, together. */
async function endedTogether(last: JsonValue, limits: Partial<Limits> = {}) {
  const deps = await embedded([workflow(parallel(["e", "f", "g"].map((path) => external(path, "mail"))))], { limits });
  const { id } = await startJob(deps, { workflow: "sample", input: {} });
  const tokens = (await pollExternal(deps, log, ask)).map(({ token }) => token);
  const outputs: JsonValue[] = ["first", "second", last];
  const ends = tokens.map((token, index) => completeExternal(deps, token, outputs[index] ?? null));
  return { answers: await Promise.allSettled(ends), job: await stored(deps.store, id) };
}

test("what cannot be decided fails none of what is ended at the same time", async () => {
  const endless: Record<string, JsonValue> = {};
  endless["self"] = endless;
  const { answers, job } = await endedTogether(endless);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(job.tasks.map(({ status }) => status)).toEqual(["completed", "completed", "awaiting"]);
});

test("what the store refuses takes nothing of what is ended at the same time, and is not told to count", async () => {
  const tooLarge = "x".repeat(17 * 1024 * 1024);
  const { answers, job } = await endedTogether(tooLarge, { maxResultBytes: 1e9, maxJobBytes: 1e9 });
  expect(answers).toMatchObject([
    { status: "fulfilled" },
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "lease_lost" } },
  ]);
  expect(job).toMatchObject({ status: "failed", error: { code: "commit_refused" } });
  expect(job.tasks.map(({ status }) => status)).toEqual(["completed", "completed", "cancelled"]);
});

test("however many wait, each looks once more for the tasks of one job", async () => {
  const many = 50;
  const items = Array.from({ length: many }, (_, index) => index);
  const embeddedDeps = await embedded([workflow(fanOut("0", "items", external("0/0", "mail")))]);
  let looks = 0;
  const offered = (...of: Offered) => ((looks += 1), embeddedDeps.store.jobs.offered(...of));
  const store = { ...embeddedDeps.store, jobs: { ...embeddedDeps.store.jobs, offered } };
  const deps = { ...embeddedDeps, changes: new OwnChanges(), store };
  const polls = new WaitingPolls(deps, log);
  const { signal } = new AbortController();
  const waiting = items.map(() => polls.take({ ...ask, limit: 1, waitMs: 60_000, signal }));
  await eventually("all have looked", () => looks >= many);
  await startJob(deps, { workflow: "sample", input: { items } });
  expect((await Promise.all(waiting)).map(({ length }) => length)).toEqual(items.map(() => 1));
  expect(looks).toBeLessThan(4 * many);
});

test("of two who wait for work one is woken, and nothing is taken for one who has gone", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  const changes = new OwnChanges();
  let looks = 0;
  const offered = (...of: Offered) => deps.store.jobs.offered(...of).finally(() => (looks += 1));
  const jobs = { ...deps.store.jobs, offered };
  const polls = new WaitingPolls({ ...deps, changes, store: { ...deps.store, jobs } }, log);
  const leaving = new AbortController();
  const waiting = [1, 2].map(() => polls.take({ ...ask, waitMs: 60_000, signal: leaving.signal }));
  await eventually("both have looked", () => looks >= 2);
  const { id } = await startJob({ ...deps, changes }, { workflow: "sample", input: {} });
  expect(await Promise.race(waiting)).toMatchObject([{ job: { id } }]);
  await eventually("the other has looked in vain", () => looks >= 4);
  leaving.abort();
  await startJob({ ...deps, changes }, { workflow: "sample", input: {} });
  expect((await Promise.all(waiting)).flat()).toHaveLength(1);
});

test("what others offer is found by looking, and who finds something wakes the next", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  const polls = new WaitingPolls({ ...deps, changes: new OwnChanges() }, log);
  const { signal } = new AbortController();
  const waiting = [1, 2, 3].map(() => polls.take({ ...ask, limit: 1, waitMs: 60_000, signal }));
  for (const who of ["Ada", "Bob", "Eve"]) await startJob(deps, { workflow: "sample", input: { who } });
  expect((await Promise.all(waiting)).map(({ length }) => length)).toEqual([1, 1, 1]);
});
