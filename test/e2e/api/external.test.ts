import { expect, test } from "vitest";
import type { Workflow } from "../../../src/model/workflow.ts";
import type { Store } from "../../../src/store/store.ts";
import { external, sequence, valueOf, workflow } from "../../support/sample-workflow.ts";
import { type ApiServer, apiServer, httpTask } from "./api-server.ts";
import { type HttpAnswer, post, send } from "./http-client.ts";
import { sharedServer } from "./shared-server.ts";

const retry = { kind: "fixed", retries: 1, delayMs: 0 } as const;
const mailing = workflow(
  sequence(external("0", "mail", { name: "write", input: valueOf("input", "letter"), retry }), httpTask("1", "call")),
  { name: "mailing", inputParameters: ["letter"] },
);

interface Task {
  readonly task: string;
  readonly job: string;
  readonly attempt: number;
}

function serverOf(...workflows: readonly Workflow[]): Promise<ApiServer> {
  return apiServer({ workflows: workflows.length === 0 ? [mailing] : workflows });
}

async function started({ url }: ApiServer, letter: unknown = "Dear"): Promise<string> {
  return ((await post(`${url}/api/v1/workflow/mailing`, { letter })).json as { id: string }).id;
}

async function poll({ url }: ApiServer, body: object = {}, queue = "mail"): Promise<readonly Task[]> {
  const answer = await post(`${url}/api/v1/external/${queue}/poll`, body);
  if (answer.status !== 200) throw new Error(answer.text);
  return (answer.json as { tasks: readonly Task[] }).tasks;
}

async function taken(server: ApiServer, body: object = {}): Promise<Task> {
  const [task, ...others] = await poll(server, body);
  if (task === undefined || others.length > 0) throw new Error(`Not one task, but ${others.length + 1}`);
  return task;
}

function say({ url }: ApiServer, what: "heartbeat" | "complete" | "fail", body: object): Promise<HttpAnswer> {
  return post(`${url}/api/v1/external/${what}`, body);
}

async function jobOf({ url }: ApiServer, id: string): Promise<Record<string, unknown>> {
  return (await send(`${url}/api/v1/jobs/${id}`)).json as Record<string, unknown>;
}

test("a worker takes a task with its input, ends it, and the job goes on with its output", async () => {
  await using server = await serverOf();
  const id = await started(server, { to: "Ada" });
  expect(await poll(server, {}, "print")).toEqual([]);
  const task = await taken(server, { worker: "pen-1", leaseMs: 60_000 });
  expect(task).toMatchObject({
    job: id,
    workflowName: "mailing",
    version: 1,
    run: 1,
    name: "write",
    path: "0",
    iteration: 0,
    attempt: 1,
    input: { to: "Ada" },
    idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
  expect(await poll(server)).toEqual([]);
  expect(await jobOf(server, id)).toMatchObject({
    state: "running",
    tasks: [{ name: "write", state: "awaiting", queue: "mail", takenBy: "pen-1" }],
  });
  expect(await say(server, "complete", { task: task.task, output: { pages: 2 } })).toMatchObject({
    status: 200,
    json: { success: true },
  });
  await server.finishNextTask({ kind: "succeeded", result: {} });
  expect(await jobOf(server, id)).toMatchObject({
    state: "completed",
    tasks: [{ state: "completed" }, { state: "completed" }],
  });
  expect((await server.store.jobs.get(id))?.tasks[0]?.result).toEqual({
    request: { queue: "mail", worker: "pen-1" },
    response: { json: { pages: 2 } },
  });
  const { history } = (await send(`${server.url}/api/v1/jobs/${id}/history`)).json as { history: object[] };
  expect(history).toMatchObject([
    { type: "job_started" },
    { type: "attempt_started", task: "write", by: "pen-1" },
    { type: "task_completed", task: "write", by: "pen-1" },
    {},
    {},
  ]);
});

test("of many that poll at once each task goes to one", async () => {
  await using server = await serverOf();
  const ids = await Promise.all(Array.from({ length: 6 }, () => started(server)));
  const polls = await Promise.all(Array.from({ length: 10 }, () => poll(server, { limit: 2, leaseMs: 60_000 })));
  const all = polls.flat();
  while (all.length < ids.length) all.push(...(await poll(server, { limit: 10, leaseMs: 60_000 })));
  expect(all.map(({ job }) => job).sort()).toEqual([...ids].sort());
  expect(new Set(all.map(({ task }) => task)).size).toBe(ids.length);
});

test.each([
  ["this server", false],
  ["another one", true],
])("a poll that waits is answered when %s has work", async (_whose, isElsewhere) => {
  await using server = await serverOf();
  await using other = await apiServer({ workflows: [mailing], at: server.place });
  const waiting = poll(server, { waitMs: 60_000 });
  const id = await started(isElsewhere ? other : server);
  expect(await waiting).toMatchObject([{ job: id }]);
});

test("a poll that waits in vain is answered when its time is over, or its server stops", async () => {
  let looks = 0;
  const counted = (jobs: Store["jobs"]): Store["jobs"] => {
    return { ...jobs, offered: (...of) => ((looks += 1), jobs.offered(...of)) };
  };
  await using server = await apiServer({
    workflows: [mailing],
    disturb: (store) => ({ ...store, jobs: counted(store.jobs) }),
  });
  expect(await poll(server, { waitMs: 20 })).toEqual([]);
  const before = looks;
  const waiting = poll(server, { waitMs: 60_000 });
  await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(before);
  await Promise.all([server.stop(), expect(waiting).resolves.toEqual([])]);
});

test("an end that is repeated is answered as the first, and ends nothing more", async () => {
  await using server = await serverOf();
  const id = await started(server);
  const { task } = await taken(server);
  await say(server, "complete", { task });
  const again = await say(server, "complete", { task });
  expect([again.status, again.headers["idempotency-replayed"]]).toEqual([200, "true"]);
  expect((await server.store.jobs.get(id))?.tasks[0]?.result?.response).toEqual({ json: null });
});

test("a task that failed is offered again, and then fails the job with what the worker said", async () => {
  await using server = await serverOf();
  const id = await started(server);
  const first = await taken(server);
  const reason = { code: "no_paper", message: "There is no paper" };
  expect((await say(server, "fail", { task: first.task, ...reason })).status).toBe(200);
  expect((await say(server, "fail", { task: first.task, ...reason })).headers["idempotency-replayed"]).toBe("true");
  const second = await taken(server);
  expect(second).toMatchObject({ job: id, attempt: 2 });
  await say(server, "fail", { task: second.task, ...reason, retryable: false });
  expect(await jobOf(server, id)).toMatchObject({ state: "failed", error: reason });
});

test("a lease that is over gives the task to the next, and who comes late is refused", async () => {
  await using server = await serverOf();
  const id = await started(server);
  const slow = await taken(server, { leaseMs: 1000 });
  let next: readonly Task[] = [];
  await expect.poll(async () => (next = await poll(server, { leaseMs: 60_000 })).length, { timeout: 10_000 }).toBe(1);
  expect(next[0]).toMatchObject({ job: id, attempt: 2 });
  for (const what of ["complete", "fail", "heartbeat"] as const)
    expect(await say(server, what, { task: slow.task })).toMatchObject({ status: 409, json: { code: "lease_lost" } });
  expect((await say(server, "complete", { task: next[0]?.task })).status).toBe(200);
});

test("a heartbeat keeps the task from others for as long as it says", async () => {
  let passedMs = 0;
  await using server = await apiServer({ workflows: [mailing], clockOffsetMs: () => passedMs });
  const id = await started(server);
  const { task } = await taken(server, { leaseMs: 60_000 });
  const answer = await say(server, "heartbeat", { task, leaseMs: 600_000 });
  expect(answer.status).toBe(200);
  const { lease_time: until } = answer.json as { lease_time: string };
  expect(Date.parse(until) - Date.now()).toBeGreaterThan(500_000);
  const pollTwice = async () => [...(await poll(server)), ...(await poll(server))]; // the first one may but find a lease over
  passedMs = 300_000; // the lease that was taken is over
  expect(await pollTwice()).toEqual([]);
  passedMs = 700_000;
  expect(await pollTwice()).toMatchObject([{ job: id, attempt: 2 }]);
});

test("a worker whose job was cancelled is told by its next word", async () => {
  await using server = await serverOf();
  const id = await started(server);
  const { task } = await taken(server);
  await post(`${server.url}/api/v1/jobs/${id}/cancel`, {});
  for (const what of ["heartbeat", "complete", "fail"] as const)
    expect(await say(server, what, { task })).toMatchObject({ status: 409, json: { code: "lease_lost" } });
  expect(await poll(server)).toEqual([]);
});

test("an output over the limit is refused, and the task stays with its worker", async () => {
  await using server = await apiServer({ workflows: [mailing], settings: { maxBodyBytes: 4_000_000 } });
  await started(server);
  const { task } = await taken(server);
  const large = await say(server, "complete", { task, output: "x".repeat(2_000_000) });
  expect(large).toMatchObject({ status: 413, json: { code: "input_too_large" } });
  expect((await say(server, "complete", { task, output: "small" })).status).toBe(200);
});

const withoutJobs = sharedServer({ workflows: [mailing] });

test.each([
  ["mail/poll", { limit: 0 }, "/limit"],
  ["mail/poll", { limit: 101 }, "/limit"],
  ["mail/poll", { leaseMs: 10 }, "/leaseMs"],
  ["mail/poll", { waitMs: 60_001 }, "/waitMs"],
  ["mail/poll", { worker: "" }, "/worker"],
  ["mail/poll", { limits: 1 }, "/limits", "did you mean limit?"],
  ["complete", { output: 1 }, "/task"],
  ["fail", { task: "x", message: 7 }, "/message"],
  ["fail", { task: "x", retryable: "no" }, "/retryable"],
  ["heartbeat", { task: "x", leaseMs: 1.5 }, "/leaseMs"],
])("a mistake in the body of %s is named: %j", async (path, body, at, message = "") => {
  const server = withoutJobs();
  const answer = await post(`${server.url}/api/v1/external/${path}`, body);
  const details = [{ at, message: expect.stringContaining(message) as string }];
  expect(answer).toMatchObject({ status: 400, json: { code: "invalid_request", details } });
});

test.each(["", "x", "a.b.c.d", `${"0".repeat(24)}.0.x.MA`, `${"0".repeat(24)}.-1.x.MA`])(
  "a text that names no task is refused: %j",
  async (task) => {
    const server = withoutJobs();
    expect(await say(server, "complete", { task })).toMatchObject({ status: 409, json: { code: "lease_lost" } });
  },
);
