import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { Resolve } from "../../../../src/tasks/http/call/connector.ts";
import { eventually } from "../../../support/eventually.ts";
import { codeOf, newCaller } from "./calls.ts";
import { startRawService, startService } from "./local-service.ts";

const retryable = (code: string) => ({ kind: "failed", retryable: true, error: { code } });

/** Calls with more and more patience, until the head of the answer comes in that time. */
async function headInTime(call: (readTimeOut: number) => Promise<Outcome>): Promise<Outcome> {
  for (let readTimeOut = 50; ; readTimeOut *= 2) {
    const outcome = await call(readTimeOut);
    if (codeOf(outcome) !== "response_timeout") return outcome;
  }
}

test("a name that is never found ends in connect_timeout", async () => {
  const never: Resolve = () => undefined;
  await using caller = newCaller({}, never);
  const outcome = await caller.call({ uri: "http://somewhere/", connectionTimeOut: 50 });
  expect(outcome).toMatchObject(retryable("connect_timeout"));
  expect(outcome).toMatchObject({ error: { message: "no connection to somewhere within 50 ms" } });
});

test("a service that accepts and then does not speak TLS ends in connect_timeout, and its connection is closed", async () => {
  await using service = await startRawService(() => undefined);
  await using caller = newCaller();
  const outcome = await caller.call({ uri: `https://127.0.0.1:${service.port}`, connectionTimeOut: 50 });
  expect(outcome).toMatchObject(retryable("connect_timeout"));
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("tasks with different times to connect do not share them", async () => {
  await using service = await startRawService(() => undefined);
  await using caller = newCaller();
  const uri = `https://127.0.0.1:${service.port}`;
  const ended: number[] = [];
  const calls = [300, 20].map(async (connectionTimeOut) => {
    await caller.call({ uri, connectionTimeOut });
    ended.push(connectionTimeOut);
  });
  await Promise.all(calls);
  expect(ended).toEqual([20, 300]);
});

test("the installation's times count where the task has none", async () => {
  await using service = await startService(() => undefined);
  await using caller = newCaller({ responseTimeoutMs: 50 });
  expect(await caller.call({ uri: service.origin })).toMatchObject(retryable("response_timeout"));
});

test("a service that does not answer ends in response_timeout, and its connection is closed", async () => {
  await using service = await startService(() => undefined);
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, readTimeOut: 50 });
  expect(outcome).toMatchObject(retryable("response_timeout"));
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("a body that drips for ever ends in body_timeout, however lively", async () => {
  await using service = await startService((_, response) => {
    const drip = setInterval(() => response.write("."), 5);
    response.on("close", () => clearInterval(drip));
  });
  await using caller = newCaller();
  const outcome = await headInTime((readTimeOut) => caller.call({ uri: service.origin, readTimeOut }));
  expect(outcome).toMatchObject(retryable("body_timeout"));
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("a body that stops ends in body_timeout", async () => {
  await using service = await startService((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("beginning");
  });
  await using caller = newCaller();
  const outcome = await headInTime((readTimeOut) => caller.call({ uri: service.origin, readTimeOut }));
  expect(outcome).toMatchObject(retryable("body_timeout"));
});

test("an interim answer does not end the wait for the answer", async () => {
  await using service = await startService((_, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</x>; rel=preload" });
    response.end("final");
  });
  await using caller = newCaller();
  expect(codeOf(await caller.call({ uri: service.origin }))).toBe("succeeded");
});

test("a time-out of one call leaves the others alone", async () => {
  await using service = await startService((request, response) => void (request.url === "/slow" || response.end("ok")));
  await using caller = newCaller();
  const paths = ["/slow", "/", "/slow", "/", "/"];
  const outcomes = await Promise.all(
    paths.map((path) => caller.call({ uri: service.origin + path, ...(path === "/slow" && { readTimeOut: 50 }) })),
  );
  expect(outcomes.map(codeOf)).toEqual(["response_timeout", "succeeded", "response_timeout", "succeeded", "succeeded"]);
});
