import { expect, test } from "vitest";
import { noteKeyOrder } from "../../../src/model/document/key-order.ts";
import type { DefinitionProblem } from "../../../src/model/errors.ts";
import type { JsonValue } from "../../../src/model/json.ts";
import { compileJson, compileJsonText } from "../../../src/template/compile.ts";
import { compileBody } from "../../../src/template/compile-body.ts";
import { compileHtml } from "../../../src/template/compile-html.ts";
import { compileUri } from "../../../src/template/compile-uri.ts";
import { render } from "../../../src/template/render.ts";
import { scopeWith } from "./scope.ts";

const input = {
  id: 'a "b"\n/c',
  n: 5,
  list: ["x", "y"],
  object: { k: 1 },
  dots: "..",
  dot: ".",
  empty: "",
  html: '<"\n>',
};
const scope = scopeWith({
  input,
  env: { BASE_ADDR: "https://base:1/v1", HOST_ADDR: "host:80", PATH_ADDR: "a/b", UP_ADDR: "..", SCHEME_ADDR: "https" },
  responses: { create: { body: '{"id": "r/1", "tags": [1, 2], "note": null}' } },
});

test.each([
  ['{"a": "${workflow.input.id}"}', '{"a": "a \\"b\\"\\n/c"}'],
  ['{"a": "x\\"${workflow.input.id}"}', '{"a": "x\\"a \\"b\\"\\n/c"}'],
  ['{"a": "\\\\", "b": "${workflow.input.id}"}', '{"a": "\\\\", "b": "a \\"b\\"\\n/c"}'],
  ['["${workflow.input.id}", ${workflow.input.n}]', '["a \\"b\\"\\n/c", 5]'],
  ['{"a": ${workflow.input.object}, "b": "${workflow.input.object}"}', '{"a": {"k":1}, "b": "{\\"k\\":1}"}'],
  ['  {"a": "${encoding=raw;workflow.input.id}"}', '  {"a": "a "b"\n/c"}'],
  ['{"a": "${encoding=url;workflow.input.id}"}', '{"a": "a%20%22b%22%0A%2Fc"}'],
  ['{"a": "${encoding=html;workflow.input.html}"}', '{"a": "&lt;&#34;\\n&gt;"}'],
  // A default is text of the definition, as what stands around it; it is escaped only where it would break the literal
  ['{"a": "${workflow.input.missing|a "b"}"}', '{"a": "a \\"b\\""}'],
  ['{"a": "${workflow.input.missing|a \\"b\\"\\n\\u00e9}"}', '{"a": "a \\"b\\"\\n\\u00e9"}'],
  ['{"a": "${encoding=html;workflow.input.missing|<a>}"}', '{"a": "&lt;a&gt;"}'],
  ['{"a": ${workflow.input.missing|{"b": [1]}}}', '{"a": {"b": [1]}}'],
  ['{"a": ${workflow.input.missing|[]}, "b": "${workflow.input.id}"}', '{"a": [], "b": "a \\"b\\"\\n/c"}'],
  ["a=${workflow.input.id}", 'a=a "b"\n/c'],
  ["${workflow.input.object}", '{"k":1}'],
  ['<a title="${workflow.input.id}">', '<a title="a "b"\n/c">'],
])("the body %j is sent as %j", (text, expected) => {
  const problems: DefinitionProblem[] = [];
  expect(render(compileBody(text, "", problems), scope)).toBe(expected);
  expect(problems).toEqual([]);
});

test.each([
  ["<p>${workflow.input.html}</p>", "<p>&lt;&#34;\n&gt;</p>"],
  ["<p>${encoding=html;workflow.input.html}</p>", "<p>&lt;&#34;\n&gt;</p>"],
  ["<p>${encoding=raw;workflow.input.html}</p>", '<p><"\n></p>'],
  ['<a href="http://h/?${encoding=url;workflow.input.html}">', '<a href="http://h/?%3C%22%0A%3E">'],
  ["<p>${workflow.input.missing|<b>}</p>", "<p><b></p>"],
  ["<p>${create.json.tags}${workflow.input.object}</p>", "<p>[1,2]{&#34;k&#34;:1}</p>"],
  ["${workflow.input.html}", '<"\n>'],
  ["${encoding=html;workflow.input.html}", "&lt;&#34;\n&gt;"],
])("the HTML text %j becomes %j", (text, expected) => {
  const problems: DefinitionProblem[] = [];
  expect(render(compileHtml(text, "", problems), scope)).toBe(expected);
  expect(problems).toEqual([]);
});

test("a backslash that would take the first character of a value is a mistake", () => {
  const problems: DefinitionProblem[] = [];
  compileBody('{"a": "\\${workflow.input.id}"}', "/body", problems);
  expect(problems).toEqual([{ severity: "error", at: "/body", message: expect.stringContaining("backslash") }]);
});

const jsonCases: readonly [JsonValue, JsonValue][] = [
  ["${workflow.input.object}", { k: 1 }],
  [{ a: ["${workflow.input.n}", "n=${workflow.input.n}"] }, { a: [5, "n=5"] }],
  ["${workflow.input.list}", ["x", "y"]],
  ["${workflow.input.list}!", "x,y!"],
  ["${encoding=url;workflow.input.list}", "x%2Cy"],
  ["${workflow.input.missing}", ""],
  ["${workflow.input.missing|7}", "7"],
  ["${create.json.tags}", [1, 2]],
  ["${create.json.note}", null],
  ["${create.json.note|none}", "none"],
  ["${create.json.note.[0]}", ""],
  ["${workflow.input.id}", input.id],
  [
    { $text: ["${workflow.input.n}"], $json: null },
    { $text: [5], $json: null },
  ],
  [
    [null, true, 1.5, "", {}, []],
    [null, true, 1.5, "", {}, []],
  ],
];

test.each(jsonCases)("the JSON %j renders to %j", (value, expected) => {
  const problems: DefinitionProblem[] = [];
  expect(render(compileJson(value, "", problems), scope)).toEqual(expected);
  expect(problems).toEqual([]);
});

test("mistakes inside JSON carry the pointer of their string", () => {
  const problems: DefinitionProblem[] = [];
  compileJson({ "a/b": ["${input.x}"], "${workflow.input.n}": 1 }, "/json", problems);
  expect(problems).toMatchObject([
    { severity: "error", at: "/json/a~1b/0" },
    {
      severity: "warning",
      at: "/json/${workflow.input.n}",
      message: expect.stringContaining("Keys are not templates"),
    },
  ]);
});

test("as a text, JSON has its keys in the order in which they stand, those that look like numbers too", () => {
  const value = { "2": "${workflow.input.n}", "10": { b: "${workflow.input.object}", a: ["<${workflow.input.id}>"] } };
  noteKeyOrder(value, ["10", "2"]);
  const text = render(compileJsonText({ z: value, a: null }, "", []), scope);
  expect(text).toBe('{"z":{"10":{"b":{"k":1},"a":["<a \\"b\\"\\n/c>"]},"2":5},"a":null}');
});

test("keys that mean something to JavaScript are keys like any other", () => {
  const value = JSON.parse('{"__proto__": {"constructor": "${workflow.input.n}"}}') as JsonValue;
  const rendered = render(compileJson(value, "", []), scope);
  expect(JSON.stringify(rendered)).toBe('{"__proto__":{"constructor":5}}');
  expect(Object.getPrototypeOf(rendered)).toBe(Object.prototype);
});

test.each([
  [
    "http://h/${workflow.input.id}?q=${workflow.input.id}#${workflow.input.n}",
    "http://h/a%20%22b%22%0A%2Fc?q=a%20%22b%22%0A%2Fc#5",
  ],
  ["http://h/${encoding=url;workflow.input.id}", "http://h/a%20%22b%22%0A%2Fc"],
  ["http://h/${encoding=html;workflow.input.html}", "http://h/%26lt%3B%26%2334%3B%0A%26gt%3B"],
  ["http://h/${create.json.id}", "http://h/r%2F1"],
  ["http://h/${workflow.input.missing|a/b?c=d}", "http://h/a/b?c=d"],
  ["http://h/${encoding=url;workflow.input.missing|a/b?c=d}", "http://h/a%2Fb%3Fc%3Dd"],
  ["http://h?q=${workflow.input.dots}", "http://h?q=.."],
  ["http://h/x${workflow.input.dots}", "http://h/x.."],
  ["http://h/a/${workflow.input.empty}/b", "http://h/a//b"],
  ["http://${env.HOST_ADDR}/x", "http://host:80/x"],
  ["http://${env.NONE_ADDR|fallback:1}/x", "http://fallback:1/x"],
  ["${env.BASE_ADDR}/x/${workflow.input.n}", "https://base:1/v1/x/5"],
  ["${env.BASE_ADDR}", "https://base:1/v1"],
  ["${env.SCHEME_ADDR}://h/x", "https://h/x"],
  ["http://h/${env.PATH_ADDR}/${encoding=url;env.PATH_ADDR}", "http://h/a/b/a%2Fb"],
  ["HTTP://h:8080/a/b?c=d/../e", "HTTP://h:8080/a/b?c=d/../e"],
])("the URI %j renders to %j", (text, expected) => {
  const problems: DefinitionProblem[] = [];
  expect(render(compileUri(text, "", problems, { openOrigin: false }), scope)).toBe(expected);
  expect(problems).toEqual([]);
});

test.each([
  ["http://${workflow.input.n}/", "must be literal"],
  ["http://h:${workflow.input.n}/", "must be literal"],
  ["http://h${workflow.input.n}", "must be literal"],
  ["${workflow.input.id}", "must be literal"],
  ["${env.BASE_ADDR}${workflow.input.id}", "must be literal"],
  ["http://u:${create.json.id}@h/", "must be literal"],
  ["/path", "must be absolute"],
  ["host/path", "must be absolute"],
  ["", "must be absolute"],
  ["//host/path", "must be absolute"],
  ["ftp://h/", "cannot be called"],
  ["http:///x", "no valid host"],
  ["http://h:99999/", "no valid host"],
  ["http://a b/", "no valid host"],
  ["http://h/../x", 'segment of the path is "."'],
  ["http://h/./${workflow.input.n}", 'segment of the path is "."'],
  ["http://h/%2e%2E/x", 'segment of the path is "."'],
  ["http://h/a\nb", "control character"],
  ["http://h\\${workflow.input.n}", "backslash"],
])("the URI %j is refused: %s", (text, message) => {
  const problems: DefinitionProblem[] = [];
  compileUri(text, "/uri", problems, { openOrigin: false });
  expect(problems).toEqual([
    expect.objectContaining({ severity: "error", at: "/uri", message: expect.stringContaining(message) }),
  ]);
});

test.each([
  ["http://h/${workflow.input.dots}/x", /"\." or "\.\."/],
  ["http://h/${workflow.input.dot}${workflow.input.dot}", /"\." or "\.\."/],
  ["http://h/.${workflow.input.dot}?q", /"\." or "\.\."/],
  ["http://h/%2e${workflow.input.dot}", /"\." or "\.\."/],
  ["http://h/${env.UP_ADDR}/x", /"\." or "\.\."/],
  ["http://${env.NONE_ADDR}/${workflow.input.id}", /no scheme and host/],
  ["${env.NONE_ADDR}/${workflow.input.id}", /no scheme and host/],
])("the URI %j does not render", (text, message) => {
  const problems: DefinitionProblem[] = [];
  const template = compileUri(text, "", problems, { openOrigin: false });
  expect(problems).toEqual([]);
  expect(() => render(template, scope)).toThrow(message);
});

test("a definition may let an input choose the host", () => {
  const problems: DefinitionProblem[] = [];
  const template = compileUri("${workflow.input.base}/x/${workflow.input.id}", "", problems, { openOrigin: true });
  expect(problems).toEqual([]);
  expect(render(template, scopeWith({ input: { base: "http://chosen:1", id: "a/b" } }))).toBe(
    "http://chosen:1/x/a%2Fb",
  );
});

test("encoding=raw in a URI warns that it is ignored", () => {
  const problems: DefinitionProblem[] = [];
  const template = compileUri("http://h/${encoding=raw;workflow.input.id}", "/uri", problems, { openOrigin: false });
  expect(problems).toMatchObject([{ severity: "warning", at: "/uri", message: expect.stringContaining("ignored") }]);
  expect(render(template, scope)).toBe("http://h/a%20%22b%22%0A%2Fc");
});

test("a spec is rendered whole: templates by their keys, everything else as it is", () => {
  const text = compileBody("${workflow.input.n}", "", []);
  const spec = {
    method: "PUT ${workflow.input.n}",
    headers: [{ name: "$text", value: text }],
    // A map with names of a user's choice, which may be those of the templates
    form: { $text: text },
    other: { $json: text, $uri: text },
    codes: [200, 404],
  };
  const before = structuredClone(spec);
  expect(render(spec, scope)).toEqual({
    method: "PUT ${workflow.input.n}",
    headers: [{ name: "$text", value: "5" }],
    form: { $text: "5" },
    other: { $json: "5", $uri: "5" },
    codes: [200, 404],
  });
  expect(spec).toEqual(before);
});
