import { connect } from "node:net";
import { expect, test } from "vitest";
import { Overloaded, StoreUnavailable } from "../../../src/model/errors.ts";
import type { Store } from "../../../src/store/store.ts";
import { type ApiServer, apiServer } from "./api-server.ts";
import { bodyOf, post, send, sendRaw } from "./http-client.ts";
import { sharedServer } from "./shared-server.ts";

/** For requests that start no job. */
const anyServer = sharedServer();

test("GET /status says ok, and HEAD the same without a body", async () => {
  const server = anyServer();
  const answer = await send(`${server.url}/status`);
  expect([answer.status, answer.json]).toEqual([200, { status: "ok" }]);
  const head = await send(`${server.url}/status`, { method: "HEAD" });
  expect([head.status, head.text]).toEqual([200, ""]);
});

test("every answer forbids guessing, keeping and framing", async () => {
  const server = anyServer();
  const answers = [
    await send(`${server.url}/status`),
    await send(`${server.url}/nowhere`),
    await send(`${server.url}/%zz`),
    await send(`${server.url}/status`, { headers: { host: "evil" } }),
  ];
  for (const { headers } of answers) {
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  }
});

test("an unknown path is 404, a known one with another method 405 with those that it takes", async () => {
  const server = anyServer();
  for (const path of ["/", "/api", "/status/", "/api/v1/jobs/1/2", "/STATUS", "//status", "/api/v2/jobs"]) {
    const answer = await send(server.url + path);
    expect(answer.status, path).toBe(404);
    expect(answer.json, path).toMatchObject({ code: "route_not_found", details: [] });
  }
  const answer = await send(`${server.url}/api/workflow/greet?a=b`, { method: "PUT", body: "{" });
  expect(answer.status).toBe(405);
  expect(answer.headers["allow"]).toBe("POST");
  expect(answer.json).toMatchObject({ code: "method_not_allowed" });
  expect((await send(`${server.url}/status`, { method: "DELETE" })).headers["allow"]).toBe("GET, HEAD");
  expect((await send(`${server.url}/api/v1/jobs`, { method: "OPTIONS" })).status).toBe(405);
});

test("the answer to a path with a misspelt name says what was probably meant", async () => {
  const server = anyServer();
  const misspelt = {
    "jobs/bulk/cancl": "jobs/bulk/cancel",
    "jobs/0199f3c2a1b40000c0ffee00/puase": "jobs/:id/pause",
    job: "jobs",
  };
  for (const [path, meant] of Object.entries(misspelt)) {
    const { status, json } = await post(`${server.url}/api/v1/${path}`, {});
    const said = expect.stringContaining(`did you mean /api/v1/${meant}?`);
    expect([status, json], path).toMatchObject([404, { error: said }]);
  }
});

test("a path that cannot be decoded or is too long is refused", async () => {
  const server = anyServer();
  for (const path of ["/api/workflow/%zz", "/api/workflow/%ff", "/%", "/api/v1/jobs/%c3%28"]) {
    const answer = await post(server.url + path, { name: 1 });
    expect(answer.status, path).toBe(400);
    expect(answer.json, path).toMatchObject({ code: "invalid_request" });
  }
  const long = await post(`${server.url}/api/workflow/${"x".repeat(257)}`, { name: 1 });
  expect(long.status).toBe(414);
  expect(long.json).toMatchObject({ code: "uri_too_long" });
  for (const name of ["%00", "%2e%2e%2f", "__proto__", "constructor", "x".repeat(256), "%F0%9F%98%80"])
    expect((await post(`${server.url}/api/workflow/${name}`, { name: 1 })).status, name).toBe(404);
});

const get = "GET /status HTTP/1.1\r\nHost: localhost\r\n";
const start = "POST /api/workflow/greet HTTP/1.1\r\nHost: localhost\r\n";

test.each([
  ["not HTTP", "hello\r\n\r\n", 400, "invalid_request"],
  ["an unknown method", "FETCH /status HTTP/1.1\r\n\r\n", 400, "invalid_request"],
  ["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "invalid_request"],
  ["NUL in a header", `${get}X-A: a\0b\r\n\r\n`, 400, "invalid_request"],
  ["too many headers", `${get}X-A: ${"a".repeat(20_000)}\r\n\r\n`, 431, "headers_too_large"],
  ["too long a path", `GET /${"a".repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, "headers_too_large"],
  ["two lengths", `${start}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400, "invalid_request"],
  ["a length and chunks", `${start}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`, 400, "invalid_request"],
  ["a negative length", `${start}Content-Length: -1\r\n\r\n{}`, 400, "invalid_request"],
  ["a broken chunk", `${start}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 400, "invalid_request"],
  [
    "endless chunk extensions",
    `${start}Transfer-Encoding: chunked\r\n\r\n2;${"a".repeat(20_000)}\r\n`,
    413,
    "input_too_large",
  ],
  ["an odd expectation", `${start}Expect: cake\r\nConnection: close\r\n\r\n`, 417, "expectation_failed"],
  ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 405, "method_not_allowed"],
])("%s is answered as every other error", async (_what, request, status, code) => {
  const server = anyServer();
  const answer = await sendRaw(server.port, Buffer.from(request, "latin1"));
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*^x-content-type-options: nosniff\r$`, "m"));
  expect(bodyOf(answer)).toMatchObject({ error: expect.any(String), code, details: [] });
  expect((await send(`${server.url}/status`)).status).toBe(200);
});

test("a request that does not arrive in time is 408", async () => {
  await using server = await apiServer({ settings: { requestTimeoutMs: 100 } });
  for (const begun of [get, `${start}Content-Length: 10\r\n\r\n{`]) {
    const answer = await sendRaw(server.port, begun);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toMatchObject({ code: "request_timeout" });
  }
});

test("a start that is followed by rubbish on its connection still gets its answer", async () => {
  await using server = await apiServer();
  const answer = await sendRaw(server.port, `${start}Content-Length: 10\r\n\r\n{"name":1}rubbish\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  const { jobs } = await server.store.search.find({ limit: 10 });
  expect(jobs.map(({ id }) => id)).toEqual([(bodyOf(answer) as { id: string }).id]);
});

test("a client that leaves in the middle of its body is no error of ours", async () => {
  await using server = await apiServer();
  await new Promise<void>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: server.port }, () => {
      socket.write(`${start}Content-Length: 100\r\n\r\n{"name`, () => socket.resetAndDestroy());
    });
    socket.on("close", resolve);
    socket.on("error", resolve);
  });
  expect((await send(`${server.url}/status`)).status).toBe(200);
  expect(server.logged).toEqual([]);
});

function failing(error: () => Error): (store: Store) => Store {
  return (store) => ({
    ...store,
    jobs: { ...store.jobs, insert: () => Promise.reject(error()), get: () => Promise.reject(error()) },
    housekeeping: { ...store.housekeeping, health: () => Promise.reject(error()) },
  });
}

async function startOn(server: ApiServer) {
  return post(`${server.url}/api/workflow/greet`, { name: "Ada" });
}

test("an unexpected error is 500 without its text; the log has it under the request's id", async () => {
  await using server = await apiServer({ disturb: failing(() => new Error("secret at /srv/data.db")) });
  const answer = await startOn(server);
  expect(answer.status).toBe(500);
  const requestId = String(answer.headers["x-request-id"]);
  expect(answer.json).toEqual({ error: `Internal error (request ${requestId})`, code: "internal", details: [] });
  expect(server.logged).toMatchObject([
    { level: "error", fields: { requestId, err: { message: "secret at /srv/data.db", stack: expect.any(String) } } },
  ]);
});

test("503 says when to try again, at least a second later", async () => {
  await using full = await apiServer({ disturb: failing(() => new Overloaded("The store is 5 s behind", 2001)) });
  const refused = await startOn(full);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "3"]);
  expect(refused.json).toMatchObject({ error: "The store is 5 s behind", code: "overloaded" });
  await using almost = await apiServer({ disturb: failing(() => new Overloaded("The store is behind", 0)) });
  expect((await startOn(almost)).headers["retry-after"]).toBe("1");
  await using sick = await apiServer({ disturb: failing(() => new StoreUnavailable("The disk is full")) });
  const failed = await startOn(sick);
  expect([failed.status, failed.headers["retry-after"]]).toEqual([503, "1"]);
  expect(failed.json).toMatchObject({ error: "The disk is full", code: "store_unavailable" });
  expect(sick.logged).toMatchObject([{ level: "warn" }]);
});

test("health is 204, and 503 with the cause when the store fails, refuses writes or does not answer", async () => {
  await using well = await apiServer();
  const answer = await send(`${well.url}/api/v1/health`);
  expect([answer.status, answer.text, answer.headers["x-workflows-warning"]]).toEqual([204, "", undefined]);
  const health = { writable: false, waitingSince: undefined, liveWorkers: 1 };
  const causes: readonly (readonly [string, (store: Store) => Store])[] = [
    ["The disk is gone", failing(() => new StoreUnavailable("The disk is gone"))],
    [
      "does not take writes",
      (store) => ({ ...store, housekeeping: { ...store.housekeeping, health: async () => health } }),
    ],
    [
      "did not answer",
      (store) => ({ ...store, housekeeping: { ...store.housekeeping, health: () => new Promise(() => {}) } }),
    ],
  ];
  for (const [cause, disturb] of causes) {
    await using server = await apiServer({ disturb, settings: { healthTimeoutMs: 50 } });
    const sick = await send(`${server.url}/api/v1/health`);
    expect(sick.status).toBe(503);
    expect(sick.headers["retry-after"]).toBe("1");
    expect(sick.json).toMatchObject({ error: expect.stringContaining(cause), code: "store_unavailable" });
  }
});

const unread: readonly (readonly [ask: string, at: string, message: string])[] = [
  ["POST workflow/greet?aftre=5", "/aftre", "is not known; did you mean after?"],
  ["POST workflow/greet?name=Ada", "/name", "is not known; known: after, priority, wait"],
  ["POST jobs/ID/cancel?undo=false", "/undo", "is no query parameter here; it belongs into the body"],
  ["POST jobs/ID/cancel?reson=x", "/reson", "is not known; did you mean reason, in the body?"],
  ["POST jobs/ID/retry?task=t", "/task", "is no query parameter here; it belongs into the body"],
  ["POST jobs/ID/skip?iteration=1", "/iteration", "is no query parameter here; it belongs into the body"],
  ["POST jobs/ID/restart?version=1", "/version", "is no query parameter here; it belongs into the body"],
  ["POST jobs/ID/pause?for=1", "/for", "is not known; this path takes no query parameters"],
  ["POST jobs/ID/resume?a~/b", "/a~0~1b", "is not known; this path takes no query parameters"],
  ["POST jobs/ID/events/paid?id=1", "/id", "is not known; this path takes no query parameters"],
  ["DELETE jobs/ID?dry_run", "/dry_run", "is not known; this path takes no query parameters"],
  ["POST external/mail/poll?limit=3", "/limit", "is no query parameter here; it belongs into the body"],
  ["POST external/heartbeat?task=t", "/task", "is no query parameter here; it belongs into the body"],
  ["POST external/complete?outptu=1", "/outptu", "is not known; did you mean output, in the body?"],
  ["POST external/fail?code=x", "/code", "is no query parameter here; it belongs into the body"],
];

test("what changes something refuses a query parameter that nobody reads, and changes nothing", async () => {
  await using server = await apiServer();
  const { id } = (await post(`${server.url}/api/v1/workflow/greet?after=60`, { name: "Ada" })).json as { id: string };
  const before = await server.store.jobs.get(id);
  for (const [ask, at, message] of unread) {
    const [method, path = ""] = ask.split(" ");
    const body = JSON.stringify({ name: "Ada" });
    const answer = await send(`${server.url}/api/v1/${path.replace("ID", id)}`, { method: method as "POST", body });
    expect(answer.status, ask).toBe(400);
    expect(answer.json, ask).toEqual({
      error: expect.stringContaining(message),
      code: "invalid_request",
      details: [{ at, message }],
    });
  }
  expect(await server.store.jobs.get(id)).toEqual(before);
  expect((await server.store.search.find({ limit: 10 })).jobs).toHaveLength(1);
});

test("the start under the path of the original refuses them too, all at once", async () => {
  const server = anyServer();
  const answer = await post(`${server.url}/api/workflow/greet?priorty=1&after=5&x=1`, { name: "Ada" });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ details: [{ at: "/priorty" }, { at: "/x" }] });
});

test("so does what only reads; status and health, which load balancers call, take any", async () => {
  await using server = await apiServer();
  const { id } = (await post(`${server.url}/api/v1/workflow/greet`, { name: "Ada" })).json as { id: string };
  const reads = ["jobs/ID", "workflow/greet/ID", "jobs/ID/history", "jobs/ID/explanation", "workers", "workflows"];
  for (const path of [...reads, "metadata/workflows", "openapi.json", "openapi.yaml"]) {
    const answer = await send(`${server.url}/api/v1/${path.replace("ID", id)}?limit=3`);
    expect(answer.json, path).toMatchObject({
      code: "invalid_request",
      details: [{ at: "/limit", message: "is not known; this path takes no query parameters" }],
    });
  }
  for (const path of ["/status", "/api/v1/health"])
    expect((await send(`${server.url}${path}?from=balancer`)).status, path).toBeLessThan(300);
});

test("an iteration without its task does not retry the whole job", async () => {
  await using server = await apiServer();
  const { id } = (await post(`${server.url}/api/v1/workflow/greet`, { name: "Ada" })).json as { id: string };
  await server.finishNextTask({ kind: "failed", error: { code: "http_status", message: "no" }, retryable: false });
  const answer = await post(`${server.url}/api/v1/jobs/${id}/retry`, { iteration: 3 });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({
    code: "invalid_request",
    details: [{ at: "/iteration", message: "says which one of a task: name that in task" }],
  });
  expect(await server.store.jobs.get(id)).toMatchObject({ status: "failed" });
});
