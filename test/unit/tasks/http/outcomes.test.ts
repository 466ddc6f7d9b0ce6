import { expect, test } from "vitest";
import { codeOf, newCaller, responseOf } from "./calls.ts";
import { startService } from "./local-service.ts";

test.for([
  { status: 200, success: true },
  { status: 201, success: true },
  { status: 302, success: true },
  { status: 399, success: true },
  { status: 400, success: false },
  { status: 404, success: false },
  { status: 429, success: false },
  { status: 500, success: false },
  { status: 404, statusCodes: [200, 404], success: true },
  { status: 201, statusCodes: [200, 404], success: false },
  { status: 500, statusCodes: [], success: false },
])("status $status with statusCodes $statusCodes: success $success", async ({ status, statusCodes, success }) => {
  await using service = await startService((_, response) => void response.writeHead(status).end("body"));
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, ...(statusCodes !== undefined && { statusCodes }) });
  expect(responseOf(outcome)).toEqual({ statusCode: status, body: "body" });
  if (success) expect(outcome.kind).toBe("succeeded");
  else expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "http_status" } });
});

test("a failure names the status and what would have been success", async () => {
  await using service = await startService((_, response) => void response.writeHead(404).end());
  await using caller = newCaller();
  expect(await caller.call({ uri: service.origin, statusCodes: [200, 202] })).toMatchObject({
    error: { message: "the service answered 404 Not Found; statusCodes allows 200, 202" },
  });
});

const date = "Tue, 24 Nov 2026 14:00:00 GMT";

test.for([
  { status: 503, headers: { "retry-after": "7" }, retryAfterMs: 7000 },
  { status: 429, headers: { "retry-after": " 0 " }, retryAfterMs: 0 },
  { status: 404, headers: { "retry-after": "5" }, retryAfterMs: 5000 },
  { status: 503, headers: { date, "retry-after": "Tue, 24 Nov 2026 14:01:30 GMT" }, retryAfterMs: 90_000 },
  { status: 503, headers: { date, "retry-after": "Tuesday, 24-Nov-26 14:01:30 GMT" }, retryAfterMs: 90_000 },
  { status: 503, headers: { date, "retry-after": "Tue Nov 24 14:01:30 2026" }, retryAfterMs: 90_000 },
  { status: 503, headers: { date, "retry-after": "Tue, 24 Nov 2026 13:00:00 GMT" }, retryAfterMs: 0 },
  { status: 503, headers: { "retry-after": "soon" }, retryAfterMs: undefined },
  { status: 503, headers: { "retry-after": "-1" }, retryAfterMs: undefined },
  { status: 503, headers: {}, retryAfterMs: undefined },
])("$status with $headers asks for $retryAfterMs ms", async ({ status, headers, retryAfterMs }) => {
  await using service = await startService((_, response) => void response.writeHead(status, headers).end());
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin });
  expect(outcome.kind === "failed" ? outcome.retryAfterMs : "not failed").toBe(retryAfterMs);
});

test("a date to call again counts from now where the service does not tell its time", async () => {
  await using service = await startService((_, response) => {
    response.sendDate = false;
    response.writeHead(503, { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() }).end();
  });
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin });
  expect(outcome.kind === "failed" ? outcome.retryAfterMs : 0).toBeGreaterThan(3_500_000);
});

test("a redirect is an answer, and is not followed", async () => {
  await using target = await startService();
  await using service = await startService(
    (_, response) => void response.writeHead(307, { location: target.origin }).end("moved"),
  );
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, payload: "x" });
  expect(codeOf(outcome)).toBe("succeeded");
  expect(responseOf(outcome)).toEqual({ statusCode: 307, body: "moved" });
  expect(target.connections()).toBe(0);
});
