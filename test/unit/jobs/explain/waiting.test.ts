import { expect, test } from "vitest";
import { explain } from "../../../../src/jobs/explain/explain.ts";
import type { Takes } from "../../../../src/model/takes.ts";
import type { WorkerRow } from "../../../../src/store/store.ts";
import { workerInfo } from "../../../support/jobs.ts";
import {
  external,
  parallel,
  sequence,
  subWorkflow,
  task,
  undoable,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { asks, begin, failedForGood, failedRetryable, succeeded } from "../../engine/situation.ts";
import { ToldJob } from "./told-job.ts";

const one = workflow(task("0", { retry: { kind: "fixed", retries: 5, delayMs: 60_000 } }));

function worker(id: string, takes: Takes = {}, room = 5): WorkerRow {
  return { ...workerInfo(id, { takes }), beat: 1, room };
}

const busy = { held: 0, waiting: 1 };
const idle = { ...busy, workers: [worker("w1")] };

const time = (afterMs: number): string => new Date(begin + afterMs).toISOString();

test.each([
  ["no worker at all", {}, { ...busy, workers: [] }, "no_worker", "no worker runs", "workflows worker"],
  [
    "none of its topic",
    { topic: "mail" },
    { ...busy, workers: [worker("w1", { topics: ["default"] })] },
    "not_taken",
    "the only worker that runs does not take the topic mail",
    "workflows worker --topics mail",
  ],
  [
    "none of its workflow",
    {},
    { ...busy, workers: [worker("w1", { except: ["sample"] }), worker("w2", { workflows: ["other"] })] },
    "not_taken",
    "none of the 2 workers that run takes workflow sample of topic default",
    "workflows workers list",
  ],
  [
    "the cap",
    { maxRunning: 2 },
    { ...idle, held: 2, waiting: 4 },
    "max_running",
    "2 jobs of workflow sample are with workers, and its maxRunning is 2; at least 3 other jobs of its workflow wait for a worker too",
    "a higher maxRunning",
  ],
  [
    "its isolation",
    { lost: 2 },
    idle,
    "isolated",
    "it is kept apart after 2 lost workers in a row",
    "logs of the workers",
  ],
  ["workers without room", {}, { ...busy, workers: [worker("w1", {}, 0)] }, "busy", "has no room", "concurrency"],
  ["nothing", {}, idle, "next", "nothing keeps it, and 1 worker takes it in turn", "workflows jobs pause"],
] as const)("a job that is due waits for a worker because of %s", (_what, more, site, cause, text, advice) => {
  const { waiting, summary, advice: given } = new ToldJob(one, more).explained(2500, site);
  expect(waiting).toMatchObject({ reason: "worker", cause });
  expect(waiting?.text).toContain(
    `It has been due for 2.5 s: ${cause === "busy" ? "the worker that takes it " : ""}${text}`,
  );
  expect(summary).toBe(`${waiting?.text}.`);
  expect(given.join("\n")).toContain(advice);
});

test("a job that begins later says when", () => {
  const told = new ToldJob(one);
  told.job = { ...told.job, status: "pending", tasks: [], version: 0 };
  told.does({ kind: "start", dueAt: begin + 90_000 }, 0);
  expect(told.explained(30_000).waiting).toEqual({
    reason: "start",
    until: begin + 90_000,
    text: `Its start asked for a later time: it begins at ${time(90_000)} (in 1 min)`,
  });
});

test("a retry says after what failure, the how manieth and when", () => {
  const { waiting } = new ToldJob(one).claimedBy("w1").ends(failedRetryable, 30).explained(1030);
  expect(waiting).toEqual({
    reason: "retry",
    until: begin + 60_030,
    text: `"task 0" failed: connection refused (unreachable). It is tried again, attempt 2 of at most 6, at ${time(60_030)} (in 59 s)`,
  });
});

test("a job that begins later with a wait says both times", () => {
  const told = new ToldJob(workflow(wait("0", { durationMs: 10_000 })));
  told.job = { ...told.job, status: "pending", tasks: [], version: 0 };
  told.does({ kind: "start", dueAt: begin + 90_000 }, 0);
  expect(told.explained(30_000).waiting).toEqual({
    reason: "time",
    until: begin + 100_000,
    text: `Its start asked for a later time, ${time(90_000)} (in 1 min), and from then on "wait 0" lets it wait until ${time(100_000)} (in 1 min 10 s)`,
  });
});

test.each(["worker", "retry"] as const)(
  "a job that a worker gave back because of a crowd says so and until when, whether it waited for a %s before",
  (reason) => {
    const told = new ToldJob(one);
    const dueMs = reason === "worker" ? 0 : 60_030;
    if (reason === "retry") told.claimedBy("w1").ends(failedRetryable, 30, "w1");
    told.job = { ...told.job, readyAt: begin + dueMs + 9000 };
    const { waiting, advice, summary } = told.explained(dueMs + 2000);
    expect(waiting).toMatchObject({ reason, cause: "crowded", until: begin + dueMs + 9000 });
    expect(waiting?.text).toContain('because the target of "task 0" had all the slots there');
    expect(waiting?.text).toContain(`takes it again at ${time(dueMs + 9000)} (in 7 s)`);
    expect(summary).toBe(`${waiting?.text}.`);
    expect(advice[0]).toContain("concurrency");
    expect(told.explained(dueMs + 9500, idle).waiting?.text).toContain("It has been due for 500 ms");
  },
);

test("lost workers, a pause, a time, an event, another job and a program outside are each named", () => {
  const lost = new ToldJob(one);
  lost.job = { ...lost.job, lost: 3, waiting: "worker_lost", readyAt: begin + 5000 };
  expect(lost.explained(1000).waiting?.text).toMatch(/^3 workers were lost with it in a row: the next one takes it at/);

  const paused = new ToldJob(one).claimedBy("w1").does({ ...asks.pause, reason: "maintenance" }, 10);
  expect(paused.explained(20)).toMatchObject({
    waiting: {
      reason: "paused",
      text: `ada (maintenance) paused it at ${time(10)}; worker w1 may still end what it runs`,
    },
    advice: [expect.stringContaining("workflows jobs resume"), expect.stringContaining("workflows jobs cancel")],
  });

  const timed = new ToldJob(workflow(wait("0", { durationMs: 10_000 })));
  expect(timed.explained(1000).waiting).toMatchObject({
    reason: "time",
    until: begin + 10_000,
    text: `"wait 0" lets it wait until ${time(10_000)} (in 9 s)`,
  });

  const event = new ToldJob(workflow(wait("0", { event: "paid", timeoutMs: 10_000 })));
  const awaited = event.explained(1000);
  expect(awaited.waiting).toMatchObject({ reason: "event", until: begin + 10_000 });
  expect(awaited.waiting?.text).toContain('"wait 0" waits for the event "paid", until');
  expect(awaited.advice[0]).toContain(`/events/paid`);

  const parent = new ToldJob(workflow(subWorkflow("0", "child")));
  const child = parent.job.tasks[0]?.child?.id ?? "no child";
  const called = parent.explained(1000);
  expect(called.waiting?.text).toBe(`"sub 0" waits for the end of job ${child}, which does it`);
  expect(called.advice[0]).toContain(`workflows explain ${child}`);

  const outside = new ToldJob(workflow(external("0", "mail")));
  expect(outside.explained(1000).waiting?.text).toBe('"external 0" is in queue "mail", and no program has taken it');
  const taking = {
    kind: "external_polled",
    path: "0",
    iteration: 0,
    token: "t",
    worker: "pen-1",
    leaseMs: 5000,
  } as const;
  const taken = outside.does(taking, 2000).explained(3000);
  expect(taken.waiting).toMatchObject({ reason: "external", until: begin + 7000 });
  expect(taken.waiting?.text).toContain("pen-1 has it, until");
  expect(taken.tasks[0]?.attempts).toMatchObject([{ outcome: "running", worker: "pen-1", startedAt: begin + 2000 }]);
});

test("of a job that an earlier program stored, without what it waits for, its tasks tell it", () => {
  const told = new ToldJob(one).claimedBy("w1").ends(failedRetryable, 30);
  const { waiting: _waiting, ...job } = told.job;
  const { waiting } = explain({ job, model: one, history: told.history, nowMs: begin + 50 });
  expect(waiting).toMatchObject({ reason: "retry", until: begin + 60_030 });
});

test("a job that undoes what it did says as what it ends, and why", () => {
  const told = new ToldJob(workflow(sequence(undoable("0"), task("1")))).claimedBy("w1");
  const { summary, advice, waiting } = told.ends(succeeded, 10).ends(failedForGood, 20).explained(30);
  expect(summary).toBe(
    'It is undoing what it did, and is failed after that because of: connection refused (unreachable). It is at "undo task 0", with worker w1. "undo task 0" may be under way since ' +
      `${time(20)}, when it was due: nothing is written when a call begins.`,
  );
  expect(advice.join("\n")).toContain("--no-undo");
  expect(waiting).toBeUndefined();
});

test.each([
  [
    "completed",
    (told: ToldJob) => told.ends(succeeded, 1500),
    /^It completed at \S+, 5 ms after its first attempt began; 1 task, 1 attempt\.$/,
    "restart",
  ],
  [
    "failed",
    (told: ToldJob) => told.ends(failedForGood, 10),
    /^It failed in "task 0" at \S+: connection refused \(unreachable\); 1 task, 1 attempt\.$/,
    "workflows jobs retry",
  ],
  [
    "cancelled",
    (told: ToldJob) => told.does({ ...asks.cancel, reason: "no need" }, 10),
    /^It was cancelled at \S+ by ada \(no need\)/,
    "workflows jobs retry",
  ],
] as const)(
  "a job that has %s waits for nothing, and says how it ended and what can be done",
  (_how, ends, text, advice) => {
    const explanation = ends(new ToldJob(one).claimedBy("w1")).explained(9000);
    expect(explanation).not.toHaveProperty("waiting");
    expect(explanation.summary).toMatch(text);
    expect(explanation.advice.join("\n")).toContain(advice);
  },
);

test("a job that failed by another job points at that one, and names few of many tasks", () => {
  const parent = new ToldJob(workflow(subWorkflow("0", "child")));
  const { id = "", call = 0 } = parent.job.tasks[0]?.child ?? {};
  const error = { code: "job_failed", message: "it did not work" };
  const outcome = { kind: "failed", error } as const;
  parent.does({ kind: "child_ended", run: 1, path: "0", iteration: 0, child: id, call, outcome }, 10);
  expect(parent.explained(20).advice[0]).toContain(`workflows explain ${id}`);

  const branches = Array.from({ length: 5 }, (_, at) => task(`${at}`));
  const many = new ToldJob(workflow(parallel(branches, { onFailure: "wait" }))).claimedBy("w1");
  for (let ended = 0; ended < branches.length; ended += 1) many.ends(failedForGood, 10);
  const { summary, advice } = many.explained(20);
  expect(summary).toMatch(/^It failed in "task 0", "task 1", "task 2" and 2 more at /);
  expect(advice.filter((text) => text.includes("jobs skip"))).toHaveLength(3);
});

test("a command that may have been left running keeps the next attempt from its beginning", () => {
  const told = new ToldJob(one).claimedBy("w1");
  const group = { host: "h/b/p", pid: 7, pidStart: "1", mark: "m" };
  told.job = { ...told.job, tasks: told.job.tasks.map((each) => ({ ...each, processGroups: [group] })) };
  expect(told.explained(20).summary).toContain("it begins nothing before processes are gone");
});

test("a job of another program says that, and that it can only be read or removed", () => {
  const { job } = new ToldJob(one);
  const elsewhere = { ...job, workflow: { ...job.workflow, digest: "" }, status: "failed" } as const;
  const imported = explain({ job: elsewhere, history: [], nowMs: begin });
  expect(imported.summary).toBe("Another program ran it, from which it was imported: it failed.");
  expect(imported.advice).toEqual([expect.stringContaining("workflows jobs delete")]);
  const readOnly = explain({ job: { ...elsewhere, readOnly: true }, history: [], nowMs: begin });
  expect(readOnly.advice).toEqual([expect.stringContaining("can only be read")]);
});
