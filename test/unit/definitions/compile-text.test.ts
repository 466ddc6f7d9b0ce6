import { expect, test } from "vitest";
import { compileText } from "../../../src/definitions/compile-text.ts";
import { compileOptions, definition } from "./definition-files.ts";

const compile = (text: string, format: "json" | "yaml" = "json") => compileText(text, format, compileOptions);

test("a definition is compiled as from a file, and its document is kept as it was", () => {
  const document = definition({
    version: 7,
    tasks: [{ name: "call", type: "http", http: { uri: "http://s/", json: { b: 1, a: null } } }],
  });
  const compiled = compile(JSON.stringify(document));
  if (compiled.kind !== "compiled") throw new Error(JSON.stringify(compiled));
  expect(compiled).toMatchObject({ workflow: { name: "greet", version: 7 }, warnings: [] });
  expect(JSON.stringify(compiled.source)).toBe(JSON.stringify(document));
});

test("YAML is read where it is told to be", () => {
  const yaml = "name: greet\ntasks:\n  - {name: call, type: http, http: {uri: 'http://s/'}}\n";
  expect(compile(yaml, "yaml")).toMatchObject({ kind: "compiled", workflow: { name: "greet", version: 1 } });
  expect(compile(yaml)).toMatchObject({ kind: "unreadable" });
});

test.each([
  ["JSON behind a byte order mark", '\ufeff{"name": "x"}', "json", /Not JSON: it begins with a byte order mark/, 1],
  ["broken JSON", '{"name": "x",\n}', "json", /Not JSON/, 2],
  ["a name twice", '{"name": "x",\n"name": "y"}', "json", /twice/, 2],
  ["nesting without end", "[".repeat(100_000), "json", /deep/, 1],
  ["two documents", "name: a\n---\nname: b\n", "yaml", /several documents/, 1],
  ["a comment alone", "# nothing\n", "yaml", /no document/, 1],
] as const)("%s is unreadable, with its place", (_what, text, format, message, line) => {
  const compiled = compile(text, format);
  expect(compiled).toMatchObject({ kind: "unreadable" });
  if (compiled.kind === "unreadable")
    expect(compiled.problems[0]).toMatchObject({ message: expect.stringMatching(message), place: { line } });
});

test("all mistakes come at once, warnings apart; a missing name is told first", () => {
  const misspelt = compile(JSON.stringify(definition({ inputParamters: ["a"], timeout: 0 })));
  expect(misspelt).toMatchObject({
    kind: "invalid",
    lacksName: false,
    problems: [{ at: "/inputParamters", suggestion: '"inputParameters"' }, { at: "/timeout" }],
  });
  for (const nameless of [{}, { name: null }, { name: "" }, { version: 2 }, { name: "", tasks: [] }])
    expect(compile(JSON.stringify(nameless))).toMatchObject({
      kind: "invalid",
      lacksName: true,
      problems: expect.arrayContaining([expect.objectContaining({ message: "a workflow must have a name" })]),
    });
  for (const other of ["[]", "7", "null", '{"name":7}', '{"Name":"x"}', '{"schemaVersion":2,"name":"x"}'])
    expect(compile(other), other).toMatchObject({ kind: "invalid", lacksName: false });
});

const inTask = (json: string) =>
  `name: greet\ntasks:\n  - {name: call, type: http, http: {uri: 'http://s/', json: ${json}}}\n`;

test.each([
  ["a large text", `[&a '${"x".repeat(900_000)}'${", *a".repeat(95)}]`, /8640\d{4} bytes as JSON.* at most 2097152$/],
  ["a large mapping", `[&a {b: '${"x".repeat(900_000)}'}${", {<<: *a}".repeat(3)}]`, /36\d{5} bytes as JSON/],
  ["a number of many digits", `[&a 0.${"0".repeat(900_000)}1${", *a".repeat(3)}]`, /3600\d{3} bytes as JSON/],
  ["itself", "&a {b: [*a]}", /alias stands inside/],
])("aliases that repeat %s are refused before they are written out", (_what, json, message) => {
  expect(compile(inTask(json), "yaml")).toMatchObject({
    kind: "unreadable",
    problems: [{ message: expect.stringMatching(message) }],
  });
});

test("what aliases make no larger than a definition may be is taken", () => {
  const compiled = compile(inTask(`[&a '${"ü".repeat(100_000)}'${", *a".repeat(9)}, &a 1, *a]`), "yaml");
  if (compiled.kind !== "compiled") throw new Error(JSON.stringify(compiled));
  expect(compiled.source).toMatchObject({ tasks: [{ http: { json: { length: 12, 9: "ü".repeat(100_000), 11: 1 } } }] });
});

test("what is too large when it is compiled is refused with the limit", () => {
  expect(
    compile(inTask(`[${"0.5,".repeat(20)}&a [${"{},".repeat(30_000)}1]${",*a".repeat(18)}]`), "yaml"),
  ).toMatchObject({
    kind: "invalid",
    problems: [{ at: "", message: expect.stringMatching(/when it is compiled.* may have 4 MiB/) }],
  });
});
