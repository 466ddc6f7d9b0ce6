import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { JobAnswer } from "../../../src/api/mender/job-presentation.ts";
import { HistoryAnswer } from "../../../src/api/v1/history.ts";
import { type ApiServer, apiServer, greet, httpTask } from "./api-server.ts";
import { post, send } from "./http-client.ts";

const rfc3339 = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const twoTasks = greet({
  secretParameters: ["pin"],
  root: { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] },
});

const request = { uri: "http://a/b", method: "PUT", body: "{}", headers: ["Authorization: ***", "X-A: b"] };

async function started(server: ApiServer, input: object = { name: "Ada" }): Promise<string> {
  const { json } = await post(`${server.url}/api/workflow/greet`, input);
  return (json as { id: string }).id;
}

test("a job is shown under all its paths, with the fields that the original has", async () => {
  await using server = await apiServer({ workflows: [twoTasks] });
  const id = await started(server, { name: { first: "Ada" }, pin: "1234", "": [1] });
  await server.finishNextTask({
    kind: "succeeded",
    result: { request, response: { statusCode: 200, body: "yes", truncated: true } },
  });
  const paths = [`/api/workflow/greet/${id}`, `/api/v1/workflow/greet/${id}`, `/api/v1/jobs/${id}`];
  const answers = await Promise.all(paths.map((path) => send(server.url + path)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const [answer] = answers;
  expect(answer?.status).toBe(200);
  expect(Value.Check(JobAnswer, answer?.json)).toBe(true);
  expect(answer?.json).toMatchObject({
    id,
    workflowName: "greet",
    version: 4,
    status: "processing",
    state: "running",
    run: 1,
    inputParameters: [
      { name: "name", value: { first: "Ada" } },
      { name: "pin", value: "***" },
      { name: "", value: [1] },
    ],
    results: [
      {
        name: "first",
        type: "http",
        success: true,
        skipped: false,
        httpRequest: request,
        httpResponse: { statusCode: 200, body: "yes", truncated: true },
      },
    ],
    tasks: [
      { name: "first", state: "completed", attempt: 1, finish_time: rfc3339 },
      { name: "second", state: "scheduled", attempt: 1 },
    ],
    insert_time: rfc3339,
    start_time: rfc3339,
  });
});

test("a failed job tells why, a skipped task that it was", async () => {
  await using server = await apiServer({ workflows: [twoTasks] });
  const id = await started(server);
  expect((await send(`${server.url}/api/v1/jobs/${id}`)).json).toMatchObject({ status: "pending", results: [] });
  await server.finishNextTask({ kind: "skipped", reason: "requires is empty" });
  const error = { code: "http_status", message: "answered 500" };
  const result = { request, response: { statusCode: 500, body: "no" } };
  await server.finishNextTask({ kind: "failed", error, result, retryable: false });
  const { json } = await send(`${server.url}/api/v1/jobs/${id}`);
  expect(Value.Check(JobAnswer, json)).toBe(true);
  expect(json).toMatchObject({
    status: "failed",
    state: "failed",
    error: { code: expect.any(String), message: expect.any(String) },
    finish_time: rfc3339,
    results: [
      { name: "first", success: true, skipped: true },
      { name: "second", success: false, skipped: false, error, httpResponse: { statusCode: 500, body: "no" } },
    ],
  });
});

test("inputs whose names fit a configured pattern are hidden too", async () => {
  await using server = await apiServer({ settings: { secretNames: ["*token*", "authorization"] } });
  const id = await started(server, { name: "Ada", API_Token: { a: 1 }, Authorization: "x", author: "y" });
  expect((await send(`${server.url}/api/v1/jobs/${id}`)).json).toMatchObject({
    inputParameters: [
      { name: "name", value: "Ada" },
      { name: "API_Token", value: "***" },
      { name: "Authorization", value: "***" },
      { name: "author", value: "y" },
    ],
  });
});

test("a secret that a service sends back is not shown in the result", async () => {
  await using server = await apiServer({ workflows: [twoTasks], settings: { secretNames: ["authorization"] } });
  const id = await started(server, { name: "Ada", pin: "1234-5678", authorization: "Bearer very-secret" });
  const body = JSON.stringify({ seen: "Bearer very-secret", pin: "1234-5678" });
  await server.finishNextTask({ kind: "succeeded", result: { request, response: { statusCode: 200, body } } });
  expect((await send(`${server.url}/api/v1/jobs/${id}`)).json).toMatchObject({
    results: [{ httpResponse: { statusCode: 200, body: '{"seen":"***","pin":"***"}' } }],
  });
});

test("an unknown id, no id and another workflow's job are all not found", async () => {
  await using server = await apiServer({ workflows: [twoTasks, greet({ name: "other", digest: "other" })] });
  const id = await started(server);
  const missing = "There is no job 0123456789abcdef01234567; it may have been removed";
  const paths = [
    ["/api/workflow/greet/0123456789abcdef01234567", missing],
    ["/api/workflow/greet/nonsense", '"nonsense" is no id of a job, which is 24 hex digits'],
    [`/api/workflow/greet/${id.toUpperCase()}0`, "is no id of a job"],
    [`/api/workflow/other/${id}`, `There is no job ${id} of the workflow "other"`],
    [`/api/v1/workflow/unknown/${id}`, 'of the workflow "unknown"'],
    ["/api/v1/jobs/%00", "is no id of a job"],
    ["/api/v1/jobs/0123456789abcdef01234567/history", missing],
    ["/api/v1/jobs/0123456789abcdef01234567/explanation", missing],
    [`/api/v1/jobs/${id.slice(0, 8)}/history`, "lists find jobs by the first of them: id_prefix"],
  ] as const;
  for (const [path, message] of paths) {
    const answer = await send(server.url + path);
    expect(answer.status, path).toBe(404);
    const details = [{ at: "", message: expect.stringContaining(message) }];
    expect(answer.json, path).toEqual({ error: "not found", code: "job_not_found", details });
  }
});

test("the history tells every transition in order", async () => {
  await using server = await apiServer({ workflows: [twoTasks] });
  const id = await started(server);
  await server.finishNextTask({ kind: "succeeded", result: {} });
  const cancelled = await post(`${server.url}/api/v1/jobs/${id}/cancel`, { reason: "wrong device" });
  expect(cancelled.json).toMatchObject({ id, status: "failed", state: "terminated" });
  const { json } = await send(`${server.url}/api/v1/jobs/${id}/history`);
  expect(Value.Check(HistoryAnswer, json)).toBe(true);
  const { history } = json as { history: { type: string; time: string }[] };
  expect(history[0]).toMatchObject({ type: "job_started", time: rfc3339, run: 1 });
  expect(history.find(({ type }) => type === "task_completed")).toEqual({
    time: rfc3339,
    type: "task_completed",
    run: 1,
    task: "first",
    path: "0",
    attempt: 1,
    worker: expect.any(String),
    fence: 1,
    start_time: rfc3339,
    durationMs: 1.5,
  });
  expect(history.at(-1)).toMatchObject({ type: "job_terminated", by: "anonymous", reason: "wrong device" });
});

test("a job is cancelled once; its body is optional and checked", async () => {
  await using server = await apiServer();
  const id = await started(server);
  const url = `${server.url}/api/v1/jobs/${id}/cancel`;
  for (const [body, at] of [
    [{ reason: 1 }, "/reason"],
    [{ reason: "x".repeat(1001) }, "/reason"],
    [{ reasons: "x" }, "/reasons"],
  ] as const) {
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_request", details: [{ at }] });
  }
  expect((await post(url, "{")).json).toMatchObject({ code: "invalid_body" });
  expect((await send(`${server.url}/api/v1/jobs/${id}`)).json).toMatchObject({ status: "pending" });
  expect((await send(url, { method: "POST" })).status).toBe(200);
  const again = await send(url, { method: "POST" });
  expect(again.status).toBe(409);
  expect(again.json).toMatchObject({ code: "not_allowed_in_state" });
  const unknown = await send(`${server.url}/api/v1/jobs/0123456789abcdef01234567/cancel`, { method: "POST" });
  expect(unknown.status).toBe(404);
});
