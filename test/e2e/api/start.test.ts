import { expect, test } from "vitest";
import { type ApiServer, apiServer, greet } from "./api-server.ts";
import { post, send } from "./http-client.ts";

async function jobCount({ store }: ApiServer): Promise<number> {
  return (await store.search.find({ limit: 200 })).jobs.length;
}

test.each(["/api/workflow/greet", "/api/v1/workflow/greet"])("POST %s starts a job and gives its id", async (path) => {
  await using server = await apiServer();
  const answer = await post(server.url + path, { name: "Ada", extra: [1, { two: null }] });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ id: expect.stringMatching(/^[0-9a-f]{24}$/), name: "greet", success: true });
  const { id } = answer.json as { id: string };
  expect((await server.store.jobs.get(id))?.input).toEqual({ name: "Ada", extra: [1, { two: null }] });
});

test("a body is JSON under any content type and under none", async () => {
  await using server = await apiServer();
  for (const type of ["application/json", "text/plain", "multipart/form-data", "nonsense", "", 'a/b; c="d'])
    expect((await post(`${server.url}/api/workflow/greet`, { name: type }, { "content-type": type })).status).toBe(201);
  expect((await post(`${server.url}/api/workflow/greet`, { name: "none" })).status).toBe(201);
});

test("the body is parsed before the workflow is looked up, and that before its inputs are checked", async () => {
  await using server = await apiServer();
  const broken = await post(`${server.url}/api/workflow/unknown`, "{");
  expect(broken.status).toBe(400);
  expect(broken.json).toMatchObject({
    error: expect.stringMatching(/^Unable to parse the input parameters: ./),
    code: "invalid_body",
  });
  const unknown = await post(`${server.url}/api/workflow/unknown`, {});
  expect(unknown.status).toBe(404);
  const notFound = (message: string) => ({
    error: "Workflow not found",
    code: "workflow_not_found",
    details: [{ at: "", message }],
  });
  expect(unknown.json).toEqual(notFound('There is no workflow "unknown"'));
  const misspelt = await post(`${server.url}/api/v1/workflow/gret`, {});
  expect(misspelt.json).toEqual(notFound('There is no workflow "gret"; did you mean "greet"?'));
  const missing = await post(`${server.url}/api/workflow/greet`, {});
  expect(missing.status).toBe(400);
  expect(missing.json).toMatchObject({ error: "Missing input parameters: [name]", code: "missing_input_parameters" });
  expect(await jobCount(server)).toBe(0);
});

test("all missing inputs are named, in the order of the definition; names of Object's own methods are not given", async () => {
  await using server = await apiServer({
    workflows: [greet({ inputParameters: ["b", "constructor", "a", "toString"] })],
  });
  const answer = await post(`${server.url}/api/workflow/greet`, { a: 1 });
  expect(answer.json).toMatchObject({ error: "Missing input parameters: [b constructor toString]" });
});

test("an input that is empty, null, false or 0 is given", async () => {
  await using server = await apiServer();
  for (const name of ["", null, false, 0])
    expect((await post(`${server.url}/api/workflow/greet`, { name })).status).toBe(201);
});

test("X-Workflows-Min-Version asks for a version at least as new", async () => {
  await using server = await apiServer();
  const start = (version: string) =>
    post(`${server.url}/api/workflow/greet`, { name: "Ada" }, { "x-workflows-min-version": version });
  expect((await start("4")).status).toBe(201);
  expect((await start("0")).status).toBe(201);
  const newer = await start("5");
  expect(newer.status).toBe(404);
  expect(newer.json).toMatchObject({
    error: "Workflow not found",
    details: [{ message: 'The workflow "greet" has no version 5 or later; its newest version is 4' }],
  });
  expect((await start("99999999999999999999")).status).toBe(404);
  expect((await start("")).status).toBe(201);
  for (const nonsense of ["-1", "four", "4.5", "1e3"]) expect((await start(nonsense)).status).toBe(400);
});

test("the same Idempotency-Key and body answer with the same job, another body is a conflict", async () => {
  await using server = await apiServer();
  const start = (body: unknown, key: string) =>
    post(`${server.url}/api/workflow/greet`, body, { "idempotency-key": key });
  const first = await start({ name: "Ada", age: 36 }, "order 17");
  expect(first.headers["idempotency-replayed"]).toBeUndefined();
  const second = await start('{ "age": 36.0,  "name": "Ada" }', "order 17");
  expect(second.status).toBe(201);
  expect(second.json).toEqual(first.json);
  expect(second.headers["idempotency-replayed"]).toBe("true");
  const other = await start({ name: "Ada", age: 37 }, "order 17");
  expect(other.status).toBe(409);
  expect(other.json).toMatchObject({ code: "idempotency_conflict" });
  const path = `${server.url}/api/v1/workflow/greet`;
  expect(await post(path, { name: "Bob" }, { "idempotency-key": "order 17" })).toEqual(
    expect.objectContaining({ status: 409, json: other.json }),
  );
  expect((await start({ name: "Ada", age: 37 }, "order 18")).status).toBe(201);
  expect(await jobCount(server)).toBe(2);
});

test("fifty starts at once with one key are one job", async () => {
  await using server = await apiServer();
  const starts = Array.from({ length: 50 }, () =>
    post(`${server.url}/api/workflow/greet`, { name: "Ada" }, { "idempotency-key": "once" }),
  );
  const answers = await Promise.all(starts);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers["idempotency-replayed"] === "true")).toHaveLength(49);
  expect(await jobCount(server)).toBe(1);
});

test("an Idempotency-Key that is not 1 to 255 printable characters is refused", async () => {
  await using server = await apiServer();
  const start = (key: string) => post(`${server.url}/api/workflow/greet`, { name: 1 }, { "idempotency-key": key });
  for (const key of ["", "a\tb", "schlüssel", "x".repeat(256)]) {
    const answer = await start(key);
    expect(answer.status, key).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_request" });
  }
  expect(await jobCount(server)).toBe(0);
  expect((await start("x".repeat(255))).status).toBe(201);
});

test("a start with ?after is stored now, and due then: a time, or seconds from now; what is past means now", async () => {
  await using server = await apiServer();
  const due = async (after: string): Promise<number | undefined> => {
    const answer = await post(`${server.url}/api/v1/workflow/greet?after=${after}`, { name: "Ada" });
    expect(answer.status, after).toBe(201);
    return (await server.store.jobs.get((answer.json as { id: string }).id))?.readyAt;
  };
  const time = Date.parse("2033-05-18T03:33:20.5Z");
  expect(await due("2033-05-18T03:33:20.5Z")).toBe(time);
  expect(await due("2033-05-18T05:33:20.5%2B02:00")).toBe(time);
  expect(await due("2033-05-18T05:33:20.5+02:00")).toBe(time);
  const before = Date.now();
  for (const [after, ms] of [
    ["90", 90_000],
    ["0.5", 500],
    ["0", 0],
    ["2001-09-09T01:46:40Z", 0],
  ] as const) {
    const at = (await due(after)) ?? 0;
    expect(at - before, after).toBeGreaterThanOrEqual(ms - 10); // the store's clock is another one
    expect(at - Date.now(), after).toBeLessThanOrEqual(ms + 10);
  }
});

test("a job that is put off is shown as pending, with when it is due; its history tells it, too", async () => {
  await using server = await apiServer();
  const { json } = await post(`${server.url}/api/v1/workflow/greet?after=2033-05-18T03:33:20Z`, { name: "Ada" });
  const { id } = json as { id: string };
  const due = "2033-05-18T03:33:20.000Z";
  const shown = await send(`${server.url}/api/v1/jobs/${id}`);
  expect(shown.json).toMatchObject({ state: "pending", due_time: due, tasks: [{ state: "scheduled", due_time: due }] });
  const { json: history } = await send(`${server.url}/api/v1/jobs/${id}/history`);
  expect(history).toMatchObject({ history: [{ type: "job_started", due_time: due }] });
});

test("an ?after that is no time, or too far away, is refused before anything is stored", async () => {
  await using server = await apiServer();
  for (const after of [
    "",
    "soon",
    "-5",
    "1e3",
    "2033-05-18",
    "2033-05-18T03:33:20",
    "2033-02-30T00:00:00Z",
    "1900000000000",
  ]) {
    const answer = await post(`${server.url}/api/v1/workflow/greet?after=${after}`, { name: "Ada" });
    expect(answer.status, after).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_request", details: [{ at: "/after" }] });
  }
  const twice = await post(`${server.url}/api/v1/workflow/greet?after=1&after=2`, { name: "Ada" });
  expect(twice.status).toBe(400);
  expect(await jobCount(server)).toBe(0);
});

test("a start may say its priority, 1 to 9; else it is the workflow's, and 5 where that has none", async () => {
  await using server = await apiServer({ workflows: [greet(), greet({ name: "soon", digest: "soon", priority: 8 })] });
  const priority = async (path: string): Promise<unknown> => {
    const { json } = await post(`${server.url}/api/v1/workflow/${path}`, { name: "Ada" });
    return (await send(`${server.url}/api/v1/jobs/${(json as { id: string }).id}`)).json;
  };
  expect(await priority("greet")).toMatchObject({ priority: 5 });
  expect(await priority("soon")).toMatchObject({ priority: 8 });
  expect(await priority("soon?priority=1")).toMatchObject({ priority: 1 });
  for (const wrong of ["0", "10", "5.5", "high", ""]) {
    const answer = await post(`${server.url}/api/v1/workflow/greet?priority=${wrong}`, { name: "Ada" });
    expect(answer.status, wrong).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_request", details: [{ at: "/priority" }] });
  }
});
