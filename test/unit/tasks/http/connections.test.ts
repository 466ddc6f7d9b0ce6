import { expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { type Caller, codeOf, newCaller } from "./calls.ts";
import { type LocalService, startRawService, startService } from "./local-service.ts";

const okAnswer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Answers the first request of each connection, closes it at the second, unheard. */
function closingAtReuse(): Promise<LocalService> {
  return startRawService((socket) => {
    let requests = 0;
    socket.on("data", () => {
      if (++requests === 1) socket.write(okAnswer);
      else socket.resetAndDestroy();
    });
  });
}

/** Calls one after the other take the same connection: else the client may open a second while the first comes to rest. */
const one = { maxConnectionsPerOrigin: 1 };

async function warm(caller: Caller, service: LocalService): Promise<void> {
  expect(codeOf(await caller.call({ uri: service.origin }))).toBe("succeeded");
}

test("calls one after the other use one connection", async () => {
  await using service = await startService();
  await using caller = newCaller(one);
  for (let count = 0; count < 20; count++) await warm(caller, service);
  expect(service.connections()).toBe(1);
});

test("calls at a time use no more connections than allowed, and all are answered", async () => {
  await using service = await startService((_, response) => void setImmediate(() => response.end("ok")));
  await using caller = newCaller({ maxConnectionsPerOrigin: 3 });
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => caller.call({ uri: service.origin })));
  expect(new Set(outcomes.map(codeOf))).toEqual(new Set(["succeeded"]));
  expect(service.connections()).toBe(3);
});

test("a kept connection that the service closed meanwhile is no failure", async () => {
  await using service = await startService();
  await using caller = newCaller(one);
  await warm(caller, service);
  for (const socket of service.open) socket.destroy();
  await warm(caller, service);
  expect(service.requests).toHaveLength(2);
});

test.for(["GET", "PUT", "POST"])(
  "%s is sent once more where a kept connection turns out to be closed",
  async (method) => {
    await using service = await closingAtReuse();
    await using caller = newCaller(one);
    await warm(caller, service);
    expect(codeOf(await caller.call({ uri: service.origin, method }))).toBe("succeeded");
    expect(service.connections()).toBe(2);
  },
);

test("a task that may run at most once is not sent once more", async () => {
  await using service = await closingAtReuse();
  await using caller = newCaller(one);
  await warm(caller, service);
  expect(codeOf(await caller.call({ uri: service.origin }, { atMostOnce: true }))).toBe("connection_lost");
  expect(service.connections()).toBe(1);
});

test("what the service could not recognise as the same is not sent once more", async () => {
  await using service = await closingAtReuse();
  await using caller = newCaller({ ...one, idempotencyHeader: "" });
  await warm(caller, service);
  const outcome = await caller.call({ uri: service.origin, method: "POST" });
  expect(outcome).toMatchObject({ retryable: true, error: { code: "connection_lost" } });
  expect(service.connections()).toBe(1);
});

test("a new connection that is closed before an answer is a failure, sent once", async () => {
  await using service = await startRawService((socket) => void socket.on("data", () => socket.destroy()));
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connection_lost" } });
  expect(service.connections()).toBe(1);
});

test("a kept connection that is closed after the beginning of an answer is a failure, sent once", async () => {
  await using service = await startRawService((socket) => {
    let requests = 0;
    socket.on("data", () => {
      if (++requests === 1) socket.write(okAnswer);
      else socket.end("HTTP/1.1 200 OK\r\ncontent-le");
    });
  });
  await using caller = newCaller(one);
  await warm(caller, service);
  expect(codeOf(await caller.call({ uri: service.origin }))).toBe("connection_lost");
  expect(service.connections()).toBe(1);
});

test("a port where nobody listens is a retryable failure", async () => {
  const service = await startService();
  await service[Symbol.asyncDispose]();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connect_failed" } });
  expect(outcome).toMatchObject({ error: { message: expect.stringContaining(`127.0.0.1:${service.port}`) as string } });
});

test("a name that does not exist is a retryable failure", async () => {
  await using caller = newCaller({}, (_, __, callback) => callback(new Error("getaddrinfo ENOTFOUND nowhere"), []));
  expect(await caller.call({ uri: "http://nowhere" })).toMatchObject({
    retryable: true,
    error: { code: "dns_failed", message: "nowhere was not found: getaddrinfo ENOTFOUND nowhere" },
  });
});

test("an attempt that is aborted while its request is open ends at once, and its connection too", async () => {
  await using service = await startService(() => undefined);
  await using caller = newCaller();
  const controller = new AbortController();
  const called = caller.call({ uri: service.origin }, { signal: controller.signal });
  await eventually("the request is open", () => service.requests.length === 1);
  controller.abort();
  expect(await called, "and tells what it asked").toMatchObject({
    kind: "interrupted",
    result: { request: { method: "GET", uri: `${service.origin}/` } },
  });
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("an attempt that is aborted while it connects ends at once, and its connection too", async () => {
  await using service = await startRawService(() => undefined);
  await using caller = newCaller();
  const controller = new AbortController();
  const called = caller.call({ uri: `https://127.0.0.1:${service.port}` }, { signal: controller.signal });
  await eventually("the connection is open", () => service.open.size === 1);
  controller.abort();
  expect(await called).toMatchObject({ kind: "interrupted" });
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("an attempt that is aborted while it waits for a connection is never sent, and the connection stays", async () => {
  let release = () => undefined as unknown;
  await using service = await startService((request, response) => {
    if (request.url === "/first") release = () => response.end();
    else response.end();
  });
  await using caller = newCaller({ maxConnectionsPerOrigin: 1 });
  const controller = new AbortController();
  const first = caller.call({ uri: `${service.origin}/first` });
  await eventually("the first is open", () => service.requests.length === 1);
  const second = caller.call({ uri: `${service.origin}/second` }, { signal: controller.signal });
  controller.abort();
  expect(await second).toMatchObject({ kind: "interrupted" });
  release();
  expect(codeOf(await first)).toBe("succeeded");
  expect(codeOf(await caller.call({ uri: `${service.origin}/third` }))).toBe("succeeded");
  expect(service.requests.map(({ url }) => url)).toEqual(["/first", "/third"]);
  expect(service.connections()).toBe(1);
});

test("an attempt that was aborted before it began sends nothing", async () => {
  await using service = await startService();
  await using caller = newCaller();
  expect(await caller.call({ uri: service.origin }, { signal: AbortSignal.abort() })).toMatchObject({
    kind: "interrupted",
  });
  expect(service.connections()).toBe(0);
});

test("closing the kind interrupts what runs and closes every connection", async () => {
  await using service = await startService((request, response) => void (request.url === "/slow" || response.end()));
  const caller = newCaller();
  await Promise.all([1, 2, 3].map(() => warm(caller, service)));
  const called = caller.call({ uri: `${service.origin}/slow` });
  await eventually("the request is open", () => service.requests.length === 4);
  await caller.kind.close();
  expect(await called).toMatchObject({ kind: "interrupted" });
  await eventually("the connections are closed", () => service.open.size === 0);
});
