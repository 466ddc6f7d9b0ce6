import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { eventually } from "../../../support/eventually.ts";
import { type ApiServer, apiServer, greet } from "../api-server.ts";
import { post, send } from "../http-client.ts";
import { sharedServer } from "../shared-server.ts";

const done: Outcome = { kind: "succeeded", result: { response: { statusCode: 200 } } };
const refused: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

/** The only job there is, as soon as it is. */
async function onlyJob({ store }: ApiServer): Promise<string> {
  return eventually("a job is there", async () => (await store.search.find({ limit: 1 })).jobs[0]?.id);
}

test.each([
  ["completed", done, "done", "/api/v1/workflow/greet"],
  ["failed", refused, "failed", "/api/v1/workflow/greet"],
  ["completed", done, "done", "/api/workflow/greet"],
] as const)(
  "a start that waits is answered with the job that %s, as it is shown otherwise",
  async (_what, outcome, status, path) => {
    await using server = await apiServer();
    const answering = post(`${server.url}${path}?wait=30`, { name: "Ada" });
    const id = await onlyJob(server);
    await server.finishNextTask(outcome);
    const answer = await answering;
    expect(answer).toMatchObject({ status: 200, headers: { location: `/api/v1/jobs/${id}` }, json: { id, status } });
    expect(answer.json).toEqual((await send(`${server.url}/api/v1/jobs/${id}`)).json);
  },
);

test("a start whose job takes longer is answered as without waiting, and says where the job is", async () => {
  await using server = await apiServer();
  const answer = await post(`${server.url}/api/workflow/greet?wait=0.05`, { name: "Ada" });
  const id = await onlyJob(server);
  expect(answer.status).toBe(202);
  expect(answer.headers["location"]).toBe(`/api/v1/jobs/${id}`);
  expect(answer.json).toEqual({ id, name: "greet", success: true });
});

test("a repeated start waits for the same job, and finds it when it has ended", async () => {
  await using server = await apiServer();
  const start = () =>
    post(`${server.url}/api/v1/workflow/greet?wait=30`, { name: "Ada" }, { "idempotency-key": "once" });
  const answering = [start(), start()];
  const id = await onlyJob(server);
  await server.finishNextTask(done);
  for (const answer of await Promise.all(answering)) expect(answer).toMatchObject({ status: 200, json: { id } });
  expect(await start()).toMatchObject({
    status: 200,
    headers: { "idempotency-replayed": "true" },
    json: { id, status: "done" },
  });
});

test("of an ephemeral job the start that waits is the one that hears what it brought", async () => {
  await using server = await apiServer({ workflows: [greet({ ephemeral: true })] });
  const ask = { "idempotency-key": "once" };
  const answering = post(`${server.url}/api/v1/workflow/greet?wait=30`, { name: "Ada" }, ask);
  const id = await onlyJob(server);
  await server.finishNextTask(done);
  expect(await answering).toMatchObject({
    status: 200,
    json: { id, status: "done", removed: true, tasks: [{ state: "completed" }], results: [{ name: "call" }] },
  });
  expect(await send(`${server.url}/api/v1/jobs/${id}`)).toMatchObject({ status: 404 });
  expect(await post(`${server.url}/api/v1/workflow/greet?wait=30`, { name: "Ada" }, ask)).toMatchObject({
    status: 200,
    json: { id, workflowName: "greet", status: "done", state: "completed", removed: true },
  });
});

test("of an ephemeral job that ran elsewhere a start that waits hears that it completed", async () => {
  await using server = await apiServer({ workflows: [greet({ ephemeral: true })] });
  await using other = await apiServer({ workflows: [greet({ ephemeral: true })], at: server.place });
  const answering = post(`${server.url}/api/v1/workflow/greet?wait=30`, { name: "Ada" });
  const id = await onlyJob(server);
  await other.finishNextTask(done);
  const answer = await answering;
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ id, workflowName: "greet", status: "done", state: "completed", removed: true });
});

test("a server that stops answers those who wait at once", async () => {
  const server = await apiServer();
  const answering = post(`${server.url}/api/v1/workflow/greet?wait=60`, { name: "Ada" });
  const id = await onlyJob(server);
  await server.stop();
  expect(await answering).toMatchObject({ status: 202, json: { id } });
  await server[Symbol.asyncDispose]();
});

test("who waits beyond the bound is refused before anything is started, and a client that goes away makes room", async () => {
  await using server = await apiServer({ settings: { maxWatchers: 1 } });
  const leaving = new AbortController();
  const first = fetch(`${server.url}/api/v1/workflow/greet?wait=60`, {
    ...{ method: "POST", body: '{"name":"Ada"}', signal: leaving.signal },
  }).catch(() => "left");
  await onlyJob(server);
  const second = await post(`${server.url}/api/v1/workflow/greet?wait=60`, { name: "Bob" });
  expect(second).toMatchObject({
    status: 503,
    headers: { "retry-after": "5" },
    json: { code: "overloaded", error: expect.stringContaining("max_watchers") },
  });
  expect((await server.store.search.find({ limit: 10 })).jobs).toHaveLength(1);
  leaving.abort();
  expect(await first).toBe("left");
  const answer = await eventually("there is room", async () => {
    const third = await post(`${server.url}/api/v1/workflow/greet?wait=0`, { name: "Eve" });
    return third.status !== 503 && third;
  });
  expect(answer.status).toBe(202);
});

const withoutJobs = sharedServer();

test.each(["61", "-1", "", "soon", "1e1", "1&wait=2"])(
  "a wait of %j is refused, and nothing is started",
  async (wait) => {
    const server = withoutJobs();
    expect(await post(`${server.url}/api/v1/workflow/greet?wait=${wait}`, { name: "Ada" })).toMatchObject({
      status: 400,
      json: { code: "invalid_request", details: [{ at: "/wait", message: expect.stringContaining("from 0 to 60") }] },
    });
    expect((await server.store.search.find({ limit: 10 })).jobs).toHaveLength(0);
  },
);

test("a job that people end is an end too", async () => {
  await using server = await apiServer();
  const answering = post(`${server.url}/api/v1/workflow/greet?wait=30`, { name: "Ada" });
  const id = await onlyJob(server);
  await post(`${server.url}/api/v1/jobs/${id}/cancel`, {});
  expect(await answering).toMatchObject({ status: 200, json: { id, status: "failed", state: "terminated" } });
});
