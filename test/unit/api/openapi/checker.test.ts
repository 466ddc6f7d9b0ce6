import { expect, test } from "vitest";
import { Checker } from "../../../support/openapi/checker.ts";
import type { OpenApi } from "../../../support/openapi/document.ts";
import type { Exchange } from "../../../support/openapi/exchange.ts";

const json = (schema: object) => ({ content: { "application/json": { schema } } });

const api = {
  paths: {
    "/things/{id}": {
      get: {
        operationId: "getThing",
        parameters: [
          { in: "path", name: "id", required: true, schema: { type: "integer" } },
          { in: "query", name: "kind", schema: { type: "array", items: { enum: ["a", "b"] } } },
        ],
        responses: {
          "200": { description: "It", ...json({ $ref: "#/components/schemas/Thing" }) },
          "503": { $ref: "#/components/responses/later" },
        },
      },
    },
    "/things/new": {
      post: {
        operationId: "addThing",
        requestBody: { required: true, ...json({ type: "object", required: ["name"], properties: { name: {} } }) },
        responses: { "201": { description: "Added" } },
      },
    },
    "/news": {
      get: {
        operationId: "watch",
        "x-event-data": { thing: { $ref: "#/components/schemas/Thing" } },
        responses: {
          "200": { description: "A stream", content: { "text/event-stream": { schema: { type: "string" } } } },
        },
      },
    },
  },
  components: {
    schemas: { Thing: { type: "object", required: ["name"], properties: { name: { type: "string" } } } },
    responses: {
      later: { description: "Later", headers: { "Retry-After": { required: true, schema: {} } }, ...json({}) },
    },
  },
} as unknown as OpenApi;

function mistakes(
  target: string,
  more: Partial<Omit<Exchange, "body">> & { readonly body?: string } = {},
): readonly string[] {
  const { body = '{"name":"x"}', ...rest } = more;
  const exchange: Exchange = {
    method: "GET",
    target,
    requestHeaders: new Map(),
    requestBody: Buffer.alloc(0),
    status: 200,
    headers: new Map([["content-type", "application/json; charset=utf-8"]]),
    isWhole: true,
    ...rest,
    body: Buffer.from(body),
  };
  return new Checker(api).check(exchange).mistakes;
}

test("what is as the document says is no mistake", () => {
  expect(mistakes("/things/1?kind=a,b&kind=a")).toEqual([]);
  expect(mistakes("/things/1", { method: "HEAD", body: "" })).toEqual([]);
  expect(mistakes("/nowhere", { status: 404 })).toEqual([]);
  expect(mistakes("/things/new", { method: "PUT", status: 405 })).toEqual([]);
  const added = { method: "POST", status: 201, body: "", headers: new Map() };
  expect(mistakes("/things/new", { ...added, requestBody: Buffer.from('{"name":1}') })).toEqual([]);
  const stream = { headers: new Map([["content-type", "text/event-stream; charset=utf-8"]]) };
  expect(mistakes("/news", { ...stream, body: 'id: 1\nevent: thing\ndata: {"name":"x"}\n\n:\n\nid: 2\nda' })).toEqual(
    [],
  );
});

const wrong: readonly (readonly [what: string, target: string, more: Parameters<typeof mistakes>[1], says: string])[] =
  [
    ["a member that is not documented", "/things/1", { body: '{"name":"x","more":1}' }, "must NOT have additional"],
    ["a member that is missing", "/things/1", { body: "{}" }, "must have required property 'name'"],
    ["a type", "/things/1", { body: '{"name":1}' }, "/name must be string"],
    ["no JSON", "/things/1", { body: "{" }, "must be object"],
    ["a status", "/things/1", { status: 202 }, "status 202 is not documented"],
    ["a content type", "/things/1", { headers: new Map([["content-type", "text/plain"]]) }, "has the type text/plain"],
    ["a header that is missing", "/things/1", { status: 503 }, "header Retry-After is missing"],
    ["a path", "/nowhere", {}, "has no path for this"],
    ["a method", "/things/1", { method: "DELETE" }, "has no method for this"],
    ["a value in the path that was taken", "/things/x", {}, "path parameter id"],
    ["a query that was taken", "/things/1?kind=a,c", {}, "query parameter kind"],
    [
      "a body that was taken",
      "/things/new",
      { method: "POST", status: 201, body: "", requestBody: Buffer.from("{}") },
      "name",
    ],
    ["no body, and it was taken", "/things/new", { method: "POST", status: 201, body: "" }, "a body is missing"],
    ["a query that changes nothing", "/things/new?x=1", { method: "POST", status: 201, body: "" }, "x was taken"],
    ["an answer with a body", "/things/new", { method: "POST", status: 201 }, "none is documented"],
    [
      "an event",
      "/news",
      { headers: new Map([["content-type", "text/event-stream"]]), body: "event: thing\ndata: {}\n\n" },
      "event thing",
    ],
  ];

test.each(wrong)("%s is found", (_what, target, more, says) => {
  expect(mistakes(target, more).join("\n")).toContain(says);
});
