import { Compile } from "typebox/schema";
import { expect, test } from "vitest";
import { httpSchema } from "../../../../../src/tasks/http/definition/schema.ts";

const validator = Compile(httpSchema);

test.for([
  { uri: "http://service" },
  {
    ...{ uri: "http://service", method: "PUT", headers: { A: "b" }, payload: "x", contentType: "text/plain" },
    ...{ statusCodes: [200], connectionTimeOut: 1000, readTimeOut: 1000, hostFromInput: false },
  },
  { uri: "http://service", connectionTimeOut: 0, readTimeOut: 0 },
  { uri: "http://service", json: [1, { a: null }] },
  { uri: "http://service", formdata: { a: "b", c: 1, d: true } },
])("editors take %j", (part) => {
  expect(validator.Check(part)).toBe(true);
});

test.for([
  {},
  { uri: 5 },
  { uri: "http://service", url: "x" },
  { uri: "http://service", readTimeOut: -1 },
  { uri: "http://service", readTimeOut: 1.5 },
  { uri: "http://service", method: "GET POST" },
  { uri: "http://service", statusCodes: [99] },
  { uri: "http://service", headers: { A: 1 } },
])("editors mark %j", (part) => {
  expect(validator.Check(part)).toBe(false);
});
