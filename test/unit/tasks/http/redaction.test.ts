import { expect, test } from "vitest";
import { codeOf, newCaller, requestOf } from "./calls.ts";
import { startService } from "./local-service.ts";

test("what is stored of a request shows what was sent, without what is the same in every request", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: `${service.origin}/a?b=c`, payload: "{}", headers: { "X-A": "1" } });
  expect(requestOf(outcome)).toEqual({
    uri: `${service.origin}/a?b=c`,
    method: "POST",
    body: "{}",
    headers: ["X-A: 1", "Content-Type: application/json", "Idempotency-Key: key-1"],
  });
});

test("a request that failed is stored too", async () => {
  const service = await startService();
  await service[Symbol.asyncDispose]();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: `${service.origin}/a` });
  expect(codeOf(outcome)).toBe("connect_failed");
  expect(requestOf(outcome)).toMatchObject({ uri: `${service.origin}/a`, method: "GET" });
});

test.for([
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "X-API-KEY",
  "X-Auth-Token",
  "X-Client-Secret",
  "X-Password",
  "X-Mine",
  "X-House-Pin",
])("the value of %s is sent and not stored", async (name) => {
  await using service = await startService();
  await using caller = newCaller({ redactHeaders: ["x-mine", "x-*-pin"] });
  const outcome = await caller.call({ uri: service.origin, headers: { [name]: "hidden-value" } });
  expect(service.requests[0]?.headers[name.toLowerCase()]).toBe("hidden-value");
  expect(requestOf(outcome)["headers"]).toContain(`${name}: ***`);
  expect(JSON.stringify(outcome)).not.toContain("hidden-value");
});

test("a secret input is sent and stored nowhere, however it is written", async () => {
  const secret = `p"ä/s's <w>&d`;
  await using service = await startService(
    (request, response) => void response.writeHead(request.url === "/x" ? 200 : 500).end(),
  );
  await using caller = newCaller();
  const part = {
    uri: `${service.origin}/\${workflow.input.s}?q=\${workflow.input.s}`,
    headers: { "X-Plain": "before ${workflow.input.s} after" },
    payload:
      '{"a": "${workflow.input.s}", "b": "${encoding=html;workflow.input.s}", "c": "${encoding=raw;workflow.input.t}"}',
  };
  const outcome = await caller.call(part, { input: { s: secret, t: "open" }, secrets: [secret] });
  expect(service.requests[0]?.url).toContain(encodeURIComponent(secret).replace("'", "%27"));
  expect(JSON.parse(service.requests[0]?.body ?? "")).toMatchObject({ a: secret });
  const stored = requestOf(outcome);
  expect(stored).toMatchObject({ uri: `${service.origin}/***?q=***`, body: '{"a": "***", "b": "***", "c": "open"}' });
  expect(stored["headers"]).toContain("X-Plain: before *** after");
  const form = await caller.call(
    { uri: service.origin, formdata: { f: "${workflow.input.s}" } },
    { input: { s: secret }, secrets: [secret] },
  );
  expect(requestOf(form)["body"]).toBe("f=***");
});

test("a secret that is part of another does not save its rest", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const outcome = await caller.call(
    { uri: service.origin, payload: "abcdefgh abcd" },
    { secrets: ["abcd", "abcdefgh"] },
  );
  expect(requestOf(outcome)["body"]).toBe("*** ***");
});

test("a text too short to be a secret is not hunted for", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, payload: "a 1 b" }, { secrets: ["1", ""] });
  expect(requestOf(outcome)["body"]).toBe("a 1 b");
});

test("a query parameter with a secret name is sent and not stored", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: `${service.origin}/?a=1&access_token=abc&b=2` });
  expect(service.requests[0]?.url).toBe("/?a=1&access_token=abc&b=2");
  expect(requestOf(outcome)["uri"]).toBe(`${service.origin}/?a=1&access_token=***&b=2`);
});

test("a long body, address and header are stored cut, after what is secret was taken out", async () => {
  const secret = "s".repeat(1000);
  const body = "é".repeat(32 * 1024 - 250) + secret + "é".repeat(40_000);
  await using service = await startService();
  await using caller = newCaller();
  const part = { uri: `${service.origin}/${"u".repeat(9000)}`, headers: { "X-Long": "h".repeat(5000) }, payload: body };
  const outcome = await caller.call(part, { secrets: [secret] });
  expect(service.requests[0]?.body).toBe(body);
  const stored = requestOf(outcome);
  expect(String(stored["body"])).toMatch(/^é+\*\*\*é+\.\.\. \(cut: \d+ bytes in all\)$/);
  expect(Buffer.byteLength(String(stored["body"]))).toBeLessThan(65 * 1024);
  expect(String(stored["uri"])).toMatch(/u\.\.\. \(cut: \d+ bytes in all\)$/);
  expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(80 * 1024);
});

test.for(["http://user:my-password@127.0.0.1/", "http://my-password/", "http://my-password:x/"])(
  "a secret in an address that cannot be called, %s, is in no message",
  async (uri) => {
    await using caller = newCaller({}, (_, __, callback) => callback(new Error("not found"), []));
    const options = { input: { uri }, secrets: ["my-password"] };
    const outcome = await caller.call({ uri: "${workflow.input.uri}", hostFromInput: true }, options);
    expect(outcome.kind).toBe("failed");
    expect(JSON.stringify(outcome)).not.toContain("my-password");
  },
);

test("a missing variable is named as the likely reason for a missing host", async () => {
  await using caller = newCaller();
  expect(await caller.call({ uri: "http://${env.X_ADDR}/" })).toMatchObject({
    error: { code: "request_invalid", message: expect.stringContaining("is a variable missing") as string },
  });
});
