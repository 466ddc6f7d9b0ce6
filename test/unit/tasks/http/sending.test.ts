import { expect, test } from "vitest";
import { codeOf, newCaller } from "./calls.ts";
import { startService } from "./local-service.ts";

/** The sample of the original, its URI pointed at a local service. */
const sample = (origin: string) => ({
  uri: `${origin}/v2/5de377e13000006800e9c9c2?mocky-delay=2000ms`,
  method: "PUT",
  payload: '{"device_id": "${workflow.input.device_id}"}',
  headers: {
    "X-MEN-RequestID": "${workflow.input.request_id}",
    Authorization: "${workflow.input.authorization}",
  },
  connectionTimeOut: 1000,
  readTimeOut: 1000,
});

test("the original's sample arrives with its payload and headers rendered, a quote in an input escaped", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const input = { device_id: 'a"b\\c\n', request_id: "r-1", authorization: "Bearer abc" };
  expect(codeOf(await caller.call(sample(service.origin), { input }))).toBe("succeeded");
  const [request] = service.requests;
  expect(request?.method).toBe("PUT");
  expect(request?.url).toBe("/v2/5de377e13000006800e9c9c2?mocky-delay=2000ms");
  expect(JSON.parse(request?.body ?? "")).toEqual({ device_id: 'a"b\\c\n' });
  expect(request?.rawHeaders).toEqual([
    ...["host", `127.0.0.1:${service.port}`, "connection", "keep-alive"],
    ...["X-MEN-RequestID", "r-1", "Authorization", "Bearer abc", "Content-Type", "application/json"],
    ...["Idempotency-Key", "key-1", "User-Agent", "workflows/1.2.3", "Accept-Encoding", "gzip, deflate, br"],
    ...["content-length", String(request?.body.length)],
  ]);
});

test("what a definition sets wins over what is sent by default", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const headers = {
    "idempotency-key": "own",
    "user-agent": "own/1",
    "accept-encoding": "identity",
    "content-type": "text/x-own",
  };
  await caller.call({ uri: service.origin, payload: "{}", headers });
  expect(service.requests[0]?.headers).toMatchObject(headers);
  expect(service.requests[0]?.rawHeaders).toHaveLength(2 * (4 + 3));
});

test("headers that the installation turned off are not sent", async () => {
  await using service = await startService();
  await using caller = newCaller({ idempotencyHeader: "", acceptEncoding: "", userAgent: "x/2" });
  await caller.call({ uri: service.origin });
  expect(service.requests[0]?.rawHeaders.filter((_, index) => index % 2 === 0)).toEqual([
    "host",
    "connection",
    "User-Agent",
  ]);
  expect(service.requests[0]?.headers["user-agent"]).toBe("x/2");
});

test.for([
  { name: "no body", part: {}, method: "GET", body: "", type: undefined },
  {
    name: "payload that looks like JSON",
    part: { payload: ' {"a": 1}' },
    method: "POST",
    body: ' {"a": 1}',
    type: "application/json",
  },
  { name: "body that is an array", part: { body: "[]" }, method: "POST", body: "[]", type: "application/json" },
  { name: "payload of plain text", part: { payload: "hello" }, method: "POST", body: "hello", type: undefined },
  {
    name: "payload with a content type",
    part: { payload: "<a/>", contentType: "text/xml" },
    method: "POST",
    body: "<a/>",
    type: "text/xml",
  },
  {
    name: "any JSON",
    part: { json: { a: [1, null, "${workflow.input.n}"] } },
    method: "POST",
    body: '{"a":[1,null,7]}',
    type: "application/json",
  },
  { name: "an empty text as JSON", part: { json: "" }, method: "POST", body: '""', type: "application/json" },
  {
    name: "JSON with a content type of its own",
    part: { json: 1, contentType: "application/vnd.x+json" },
    method: "POST",
    body: "1",
    type: "application/vnd.x+json",
  },
  {
    name: "a form",
    part: { formdata: { a: "x y&z=", b: "${workflow.input.text}", c: 5, d: true }, method: "patch" },
    method: "PATCH",
    body: "a=x+y%26z%3D&b=%C3%A9%2B%26&c=5&d=true",
    type: "application/x-www-form-urlencoded",
  },
  { name: "a method of one's own", part: { method: "m-search" }, method: "M-SEARCH", body: "", type: undefined },
])("sent: $name", async ({ part, method, body, type }) => {
  await using service = await startService();
  await using caller = newCaller();
  expect(codeOf(await caller.call({ uri: service.origin, ...part }, { input: { n: 7, text: "é+&" } }))).toBe(
    "succeeded",
  );
  expect(service.requests[0]).toMatchObject({ method, body, url: "/" });
  expect(service.requests[0]?.headers["content-type"]).toBe(type);
});

test.for([
  { uri: "", url: "/" },
  { uri: "?q=1", url: "/?q=1" },
  { uri: "/a b/é|{}", url: "/a%20b/%C3%A9%7C%7B%7D" },
  { uri: "/a%2Fb?x=%20", url: "/a%2Fb?x=%20" },
  { uri: "/a#part", url: "/a" },
  { uri: "//other/x", url: "//other/x" },
  { uri: "/${workflow.input.v}?q=${workflow.input.v}", url: "/a%2Fb%20%3Fc%23%26%25?q=a%2Fb%20%3Fc%23%26%25" },
  { uri: "/${encoding=url;workflow.input.v}", url: "/a%2Fb%20%3Fc%23%26%25" },
])("the service sees $url for $uri", async ({ uri, url }) => {
  await using service = await startService();
  await using caller = newCaller();
  expect(codeOf(await caller.call({ uri: service.origin + uri }, { input: { v: "a/b ?c#&%" } }))).toBe("succeeded");
  expect(service.requests[0]?.url).toBe(url);
});

test("a header's text beyond ASCII arrives as UTF-8", async () => {
  await using service = await startService();
  await using caller = newCaller();
  await caller.call(
    { uri: service.origin, headers: { "X-Name": "${workflow.input.name}" } },
    { input: { name: "é ж 😀" } },
  );
  const value = service.requests[0]?.headers["x-name"];
  expect(Buffer.from(String(value), "latin1").toString()).toBe("é ж 😀");
});

test.for(["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\u007fb"])(
  "a header value %j is refused before anything is sent",
  async (value) => {
    await using service = await startService();
    await using caller = newCaller();
    const part = { uri: service.origin, headers: { "X-Name": "${workflow.input.value}" } };
    expect(await caller.call(part, { input: { value } })).toMatchObject({
      kind: "failed",
      retryable: false,
      error: { code: "request_invalid", message: expect.stringContaining("X-Name") as string },
    });
    expect(service.connections()).toBe(0);
  },
);

test.for([
  { path: "/a/${workflow.input.v}/b", v: ".." },
  { path: "/a/${workflow.input.v}", v: "." },
  { path: "/a/.${workflow.input.v}?q", v: "." },
  { path: "/a/%2e${workflow.input.v}", v: "." },
  { path: "/${workflow.input.v}", v: ".." },
])("a path that $v in $path would lead elsewhere is refused before anything is sent", async ({ path, v }) => {
  await using service = await startService();
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin + path }, { input: { v } });
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "request_invalid" } });
  expect(service.connections()).toBe(0);
});

test.for([
  { v: "a..b", url: "/a..b/x" },
  { v: "...", url: "/.../x" },
  { v: "../..", url: "/..%2F../x" },
  { v: "%2e%2e", url: "/%252e%252e/x" },
  { v: "..\\..", url: "/..%5C../x" },
])("$v stays within its segment of the path", async ({ v, url }) => {
  await using service = await startService();
  await using caller = newCaller();
  await caller.call({ uri: `${service.origin}/\${workflow.input.v}/x` }, { input: { v } });
  expect(service.requests[0]?.url).toBe(url);
});

test("where the definition says so, an input chooses whom to call", async () => {
  await using service = await startService();
  await using caller = newCaller();
  const call = (uri: string) => caller.call({ uri: "${workflow.input.uri}", hostFromInput: true }, { input: { uri } });
  expect(codeOf(await call(`${service.origin}/hook?a=b c`))).toBe("succeeded");
  expect(service.requests[0]?.url).toBe("/hook?a=b%20c");
  expect(codeOf(await call("nowhere"))).toBe("request_invalid");
  expect(codeOf(await call(`${service.origin}/a/../b`))).toBe("request_invalid");
});
