import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, type JsonValue, pointerTo } from "../../../src/model/json.ts";

test("equal values give equal text, whatever the order of their members", () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: "é" }] })).toBe(canonicalJson({ a: [{ c: "é", d: null }], b: 1 }));
  expect(canonicalJson({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
});

test("different values give different text", () => {
  const texts = [null, "null", [], {}, [[]], [{}], { a: 1 }, { a: "1" }, [1, 2], [2, 1], ["1,2"], 12].map(
    canonicalJson,
  );
  expect(new Set(texts).size).toBe(texts.length);
});

test("the text is JSON of the same value", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text) as JsonValue;
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a member named __proto__ is a member like others", () => {
  expect(canonicalJson(JSON.parse('{"__proto__":{"x":1}}') as JsonValue)).toBe('{"__proto__":{"x":1}}');
});

test("pointers escape what RFC 6901 says", () => {
  expect(pointerTo("/tasks/0", "a/b~c")).toBe("/tasks/0/a~1b~0c");
  expect(pointerTo("", 3)).toBe("/3");
});
