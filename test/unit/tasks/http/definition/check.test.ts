import { expect, test } from "vitest";
import { DefinitionError, type DefinitionProblem } from "../../../../../src/model/errors.ts";
import type { JsonValue } from "../../../../../src/model/json.ts";
import { checkHttpPart } from "../../../../../src/tasks/http/definition/check.ts";

const uri = "http://service/path";

function problemsOf(part: JsonValue, refusePrivate = false): readonly DefinitionProblem[] {
  try {
    return checkHttpPart(part, "/tasks/0/http", refusePrivate).warnings;
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
}

const errorsAt = (part: JsonValue) =>
  problemsOf(part).flatMap(({ severity, at }) => (severity === "error" ? [at.replace("/tasks/0/http", "")] : []));

const warningsOf = (part: JsonValue) =>
  problemsOf(part).map(({ severity, at, message }) => [severity, at.replace("/tasks/0/http", ""), message]);

test("every mistake is told at once, each at its place", () => {
  const part = {
    uri: "ftp://service",
    methd: "PUT",
    payload: "x",
    json: {},
    headers: { "a b": "x", Host: "y", "X-A": "1", "x-a": "2", "X-N": 5 },
    statusCodes: [200, "404", 99, 600, 1.5],
    connectionTimeOut: -1,
    readTimeOut: "1000",
  };
  expect(errorsAt(part).sort()).toEqual(
    ["/connectionTimeOut", "/headers/Host", "/headers/X-N", "/headers/a b", "/headers/x-a", "/json", "/methd"]
      .concat("/readTimeOut", "/statusCodes/1", "/statusCodes/2", "/statusCodes/3", "/statusCodes/4", "/uri")
      .sort(),
  );
});

test.for([
  ["url", "uri"],
  ["methd", "method"],
  ["header", "headers"],
  ["content_type", "contentType"],
  ["readTimout", "readTimeOut"],
  ["connection_timeout", "connectionTimeOut"],
  ["zebra", undefined],
] as const)("the unknown field %s suggests %s", ([name, suggestion]) => {
  const problem = problemsOf({ uri, [name]: "x" }).find(({ at }) => at === `/tasks/0/http/${name}`);
  expect(problem?.message).toContain(`unknown field "${name}"`);
  expect(problem?.suggestion).toBe(suggestion);
});

test.for([null, "text", 5, true, []])("a part that is %j is refused", (part) => {
  expect(errorsAt(part)).toContain("");
});

test("the uri must be there, and be a text", () => {
  expect(errorsAt({})).toEqual(["/uri"]);
  expect(errorsAt({ uri: "" })).toEqual(["/uri"]);
  expect(errorsAt({ uri: 5 })).toEqual(["/uri"]);
});

test.for([
  "service/path",
  "/path",
  "ftp://service",
  "http://",
  "http:///path",
  "http://service:port/",
  "http://service:99999/",
  "http://user@service/",
  "http://user:password@service/",
  "http://user:${env.X}@service/",
  "http://${env.X}@service/",
  "http://a b/",
  "http://a\\b/",
  "http://[::1/",
  "http://service/../x",
  "http://service/a/./b",
  "http://service/%2e%2E/x",
  "http://service/a/..",
  "http://service/..?x",
  "http://${workflow.input.host}/",
  "http://service.${workflow.input.domain}/",
  "http://service:${workflow.input.port}/",
  "${workflow.input.scheme}://service/",
  "${workflow.input.uri}",
  "http://${other.json.host}/",
  "http://169.254.169.254/latest",
  "http://[fe80::1]/",
  "http://0/",
])("the uri %s is refused", (refused) => {
  expect(errorsAt({ uri: refused })).toEqual(["/uri"]);
});

test.for([
  "http://service",
  "HTTPS://Service.Example:8443/a/b?c=d",
  "http://${env.INVENTORY_ADDR|inventory:8080}/api/${workflow.input.id}",
  "http://${env.INVENTORY_ADDR}/api",
  "http://service-${env.STAGE}.example:${env.PORT}/",
  "https://${env.A_ADDR|[::1]:8080}/",
  "http://service.${env.DOMAIN}/",
  "http://${env.NAME}.${env.DOMAIN}:${env.PORT}/",
  "${env.BASE_ADDR}/path",
  "${env.BASE_ADDR|https://service}/path",
  "http://service/${workflow.input.a}.json?${workflow.input.b}=${task.json.c}",
  "http://service/...",
  "http://service/a?b=../c",
  "http://127.0.0.1:8080/",
  "http://[::1]/",
])("the uri %s is taken", (taken) => {
  expect(warningsOf({ uri: taken })).toEqual([]);
});

test("the uri may come from an input where the definition says so", () => {
  expect(errorsAt({ uri: "${workflow.input.uri}", hostFromInput: true })).toEqual([]);
  expect(errorsAt({ uri: "https://${workflow.input.host}/x", hostFromInput: true })).toEqual([]);
  expect(errorsAt({ uri, hostFromInput: "yes" })).toEqual(["/hostFromInput"]);
});

test("an address that only this installation refuses is a warning", () => {
  expect(problemsOf({ uri: "http://127.0.0.1/" }, true)).toEqual([
    {
      severity: "warning",
      at: "/tasks/0/http/uri",
      message: "127.0.0.1 may not be called by this installation: loopback address",
    },
  ]);
});

test.for(["get post", "GÉT", "${workflow.input.m}", "CONNECT", "connect", 5])("the method %j is refused", (method) => {
  expect(errorsAt({ uri, method })).toEqual(["/method"]);
});

test.for([
  ["payload", "body"],
  ["payload", "json"],
  ["body", "formdata"],
  ["json", "formdata"],
])("%s and %s together are refused", ([one = "", other = ""]) => {
  const values: { [name: string]: JsonValue } = { payload: "x", body: "x", json: { a: 1 }, formdata: { a: "b" } };
  expect(errorsAt({ uri, [one]: values[one] ?? null, [other]: values[other] ?? null })).toHaveLength(1);
});

test("what is null or an empty text counts as absent, as it did in the original", () => {
  const absent = {
    payload: "",
    body: null,
    json: null,
    formdata: null,
    contentType: "",
    method: "",
    headers: null,
    statusCodes: null,
  };
  expect(checkHttpPart({ uri, ...absent }, "", false)).toMatchObject({ spec: { method: "GET", headers: [] } });
  expect(warningsOf({ uri, ...absent })).toEqual([]);
});

test("fields are found in whatever case they are written, as the original finds them", () => {
  const written = { URI: uri, contenttype: "text/plain", BODY: "x", statuscodes: [200], readTimeout: 500 };
  expect(checkHttpPart(written, "", false)).toMatchObject({
    spec: { method: "POST", statusCodes: [200], responseTimeoutMs: 500, headers: [{ name: "Content-Type" }] },
    warnings: [],
  });
  expect(warningsOf({ uri, statuscodes: ["x"] })).toEqual([
    ["error", "/statuscodes/0", expect.stringMatching(/whole number/)],
  ]);
  expect(warningsOf({ uri, body: "x", Body: "y" })).toMatchObject([
    ["error", "/Body", 'the field "Body" is given twice, in different case'],
  ]);
});

test("time-outs of 0 count as absent, as the original writes them where nothing was said", () => {
  const { spec } = checkHttpPart({ uri, connectionTimeOut: 0, readTimeOut: 0 }, "", false);
  expect(Object.keys(spec)).not.toContain("connectTimeoutMs");
  expect(Object.keys(spec)).not.toContain("responseTimeoutMs");
});

test("what belongs to the task has no effect in its part, which the original passed over", () => {
  expect(warningsOf({ uri, requires: ["${env.HAVE_IT}"], retryDelaySeconds: 1 })).toEqual([
    ["warning", "/requires", "has no effect here: requires belongs to the task, one level up"],
    ["warning", "/retryDelaySeconds", "has no effect here: retryDelaySeconds belongs to the task, one level up"],
  ]);
});

test("a form is sent in one of two ways", () => {
  const of = (contentType: string) => warningsOf({ uri, formdata: { a: "b" }, contentType });
  expect(of("multipart/form-data")).toEqual([]);
  expect(of("application/x-www-form-urlencoded; charset=utf-8")).toEqual([]);
  expect(of("${workflow.input.type}")).toEqual([]);
  expect(of("multipart/mixed")).toEqual([["error", "/formdata", expect.stringMatching(/not as multipart\/mixed/)]]);
  expect(of("application/json")).toEqual([
    ["warning", "/formdata", expect.stringMatching(/but the content type says application\/json/)],
  ]);
});

test("values of a form are texts, numbers or truth values", () => {
  expect(errorsAt({ uri, formdata: { a: {}, "b/c": [1], d: null, e: 1, f: false, g: "x" } })).toEqual([
    "/formdata/a",
    "/formdata/b~1c",
    "/formdata/d",
  ]);
});

test("contentType and a Content-Type header must not differ", () => {
  expect(errorsAt({ uri, payload: "x", contentType: "text/a", headers: { "content-type": "text/b" } })).toEqual([
    "/contentType",
  ]);
  expect(errorsAt({ uri, payload: "x", contentType: "text/a", headers: { "content-type": "text/a" } })).toEqual([]);
});

test.for([
  { payload: '{"a": 1,}' },
  { payload: "not json", contentType: "application/json" },
  { body: "not json", headers: { "Content-Type": "application/problem+json; charset=utf-8" } },
  { payload: '{"a": "${workflow.input.a}"' },
])("a body that is meant to be JSON and is not is a warning: %j", (part) => {
  expect(warningsOf({ uri, ...part })).toMatchObject([
    ["warning", "payload" in part ? "/payload" : "/body", expect.stringContaining("not JSON")],
  ]);
});

test.for([
  { payload: '{"a": "${workflow.input.a}", "b": [1]}' },
  { payload: '{"a": ${workflow.input.a}}' },
  { payload: "${workflow.input.a}", contentType: "application/json" },
  { payload: " 5 ", contentType: "application/json" },
  { payload: "not json", contentType: "text/plain" },
  { payload: "hello" },
])("no warning for %j", (part) => {
  expect(warningsOf({ uri, ...part })).toEqual([]);
});

test("a body with GET and a fragment are warnings", () => {
  expect(warningsOf({ uri: `${uri}#there`, method: "get", payload: "x" })).toEqual([
    ["warning", "/uri", "what follows # is not sent"],
    ["warning", "/method", "a body is sent with GET, which few services read"],
  ]);
});

test("a method that nobody knows is a warning, with what was probably meant; those of extensions are not", () => {
  expect(["FETCH", "psot", "PROPFIND", "patch"].flatMap((method) => warningsOf({ uri, method }))).toEqual([
    ["warning", "/method", 'no method is known as "FETCH", and it is sent as it is'],
    ["warning", "/method", 'no method is known as "PSOT", and it is sent as it is; did you mean POST?'],
  ]);
});

test("the compiled part is plain data", () => {
  const { spec } = checkHttpPart({ uri, json: { a: ["${workflow.input.a}"] }, headers: { A: "${env.X}" } }, "", false);
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
});

test("time-outs of so few milliseconds that seconds must be meant are a warning, which says what to write", () => {
  expect(warningsOf({ uri, readTimeOut: 3, connectionTimeOut: 99 })).toEqual([
    ["warning", "/connectionTimeOut", "99 means 99 ms: write 99000 where 99 s are meant"],
    ["warning", "/readTimeOut", "3 means 3 ms: write 3000 where 3 s are meant"],
  ]);
  expect(warningsOf({ uri, readTimeOut: 100, connectionTimeOut: 100 })).toEqual([]);
});
