import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDefinitions } from "../../../src/definitions/load.ts";
import { compileOptions, definition, folderWith, load, withTask } from "./definition-files.ts";

const yaml = "name: from_yaml\ntasks:\n  - name: call\n    type: http\n    http: {uri: 'http://service/'}\n";

test("JSON and YAML are found in folders at any depth, other files are left alone", async () => {
  const loaded = await load({
    "a.json": JSON.stringify(definition()),
    "deep/er/b.yaml": yaml,
    "deep/c.yml": yaml.replace("from_yaml", "from_yml"),
    "README.md": "# no definition",
    ".hidden/d.json": "nonsense",
  });
  expect(loaded.problems).toEqual([]);
  expect(loaded.definitions.map(({ workflow }) => workflow.name).sort()).toEqual(["from_yaml", "from_yml", "greet"]);
});

test("a YAML file may hold several definitions", async () => {
  const { definitions, problems } = await load({ "w.yaml": `---\n${yaml}---\n${yaml.replace("from_yaml", "second")}` });
  expect(problems).toEqual([]);
  expect(definitions.map(({ workflow }) => workflow.name)).toEqual(["from_yaml", "second"]);
});

test("links that lead in a circle are followed once", async () => {
  const folder = await folderWith({ "a/w.json": JSON.stringify(definition()) });
  await symlink(folder, join(folder, "a", "circle"));
  const { definitions, problems } = await loadDefinitions([folder], compileOptions);
  expect(problems).toEqual([]);
  expect(definitions).toHaveLength(1);
});

test("of several files with one name the highest version wins", async () => {
  const { definitions, older, problems } = await load({
    "1.json": JSON.stringify(definition({ version: 3, description: "newest" })),
    "2.json": JSON.stringify(definition({ version: 2 })),
    "3.json": JSON.stringify(definition({ version: 1 })),
    "4.json": JSON.stringify(definition({ version: 2 })),
    "5.json": JSON.stringify(definition({ version: 3, description: "newest" })),
  });
  expect(problems).toEqual([]);
  expect(definitions.map(({ workflow }) => workflow.description)).toEqual(["newest"]);
  expect(
    older.map(({ workflow }) => workflow.version).toSorted((a, b) => a - b),
    "each once",
  ).toEqual([1, 2]);
});

test("one version with two contents is refused, and the other file is named", async () => {
  const { problems } = await load({
    "1.json": JSON.stringify(definition()),
    "2.json": JSON.stringify(definition({ description: "other" })),
  });
  expect(problems).toEqual([
    expect.objectContaining({ severity: "error", at: "/version", message: expect.stringMatching(/1\.json too/) }),
  ]);
  const same = await load({ "1.json": JSON.stringify(definition()), "2.json": JSON.stringify(definition(), null, 2) });
  expect(same.problems).toEqual([]);
});

test.each<[what: string, name: string, content: string | Uint8Array, line: number | undefined, message: RegExp]>([
  ["text that is not UTF-8", "w.json", new Uint8Array([0xff, 0xfe, 0x7b]), undefined, /not valid UTF-8/],
  ["an empty file", "w.yaml", "", undefined, /empty/],
  ["a file over a mebibyte", "w.json", " ".repeat(1024 * 1024 + 1), undefined, /1048577 bytes/],
  ["a trailing comma in JSON", "w.json", '{\n"name": "x",\n}', 3, /JSON/],
  ["JSON that lacks a value, quoted in one line", "w.json", '{\n  "a":\n}', 3, /'\}', "\{ "a": \}" is not valid JSON$/],
  ["a token too much in JSON", "w.json", '{"name": "x",\n"tasks": [,],\n"version": 1\n}', 2, /Unexpected token ','/],
  ["JSON that ends too early, in JSON's words", "w.json", '{"name": "x", "tasks": [', 1, /Not JSON: .*JSON/],
  ["a comment in JSON", "w.json", '{"name": "x"}\n# no', 2, /JSON/],
  ["a name twice", "w.json", '{"name": "x",\n"name": "y"}', 2, /unique/],
  ["broken YAML", "w.yaml", "name: x\ntasks: [1\n", 3, /must be/],
  ["a number that would be rounded", "w.yaml", "name: x\ntasks: [12345678901234567890]\n", 2, /more digits/],
  ["a number that is none", "w.yaml", "name: x\ntasks: .inf\n", 2, /not finite/],
  ["nesting without end", "w.json", "[".repeat(20_000), 1, /nested too deep|deeper/],
  ["nesting too deep", "w.json", "[".repeat(100) + "]".repeat(100), 1, /deeper than 64/],
  ["a file of another kind", "package.json", '{"dependencies": {}, "scripts": {}}', 1, /if this is no workflow/],
  ["a tag that runs code elsewhere", "w.yaml", "name: !!js/function x\n", 1, /tag/i],
  ["aliases that multiply", "w.yaml", bomb(), 1, /alias/i],
  ["a large value, by its aliases", "w.yaml", `- &a ${"x".repeat(900_000)}\n- *a\n- *a\n`, 1, /2700010 bytes as JSON/],
  ["an alias inside of its own value", "w.yaml", "name: x\ntasks: &a [*a]\n", 1, /alias stands inside/],
])("%s is refused, with its place", async (_what, name, content, line, message) => {
  const { definitions, problems } = await load({ [name]: content });
  expect(definitions).toEqual([]);
  expect(problems[0]).toMatchObject({ severity: "error", message: expect.stringMatching(message) });
  expect(problems[0]?.line).toBe(line);
});

test("a path that is not there is named", async () => {
  const folder = await folderWith({});
  const missing = join(folder, "missing.json");
  const { problems } = await loadDefinitions([missing], compileOptions);
  expect(problems).toEqual([
    { file: missing, severity: "error", at: "", message: "Cannot be read: there is no such file or folder" },
  ]);
});

test("a file with tens of thousands of keys is answered at once", async () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => `key${index}: 1`);
  const { problems } = await load({ "w.yaml": `tasks: []\n${keys.join("\n")}` });
  expect(problems[0]).toMatchObject({ at: "/key0", line: 2 });
});

test("a merge key brings the fields of another mapping, and editors' $schema is no mistake", async () => {
  const text =
    "$schema: x\nname: m\ntasks:\n  - &one {name: a, type: http, http: {uri: 'http://s/'}}\n  - {<<: *one, name: b}\n";
  const { definitions, problems } = await load({ "w.yaml": text });
  expect(problems).toEqual([]);
  expect(definitions[0]?.workflow.root).toMatchObject({ children: [{ name: "a" }, { name: "b", type: "http" }] });
});

test("a warning is told once for a text, however often its reason stands there", async () => {
  const payload = "${env.TOKEN} ${env.TOKEN|none} ${env.PIN}";
  const { problems } = await load({ "w.json": JSON.stringify(withTask({}, { payload, contentType: "text/plain" })) });
  expect(problems.map(({ message }) => /variable (\w+) is not on/.exec(message)?.[1])).toEqual(["TOKEN", "PIN"]);
});

test("a byte order mark is no mistake", async () => {
  const folder = await folderWith({});
  await writeFile(join(folder, "w.json"), `\ufeff${JSON.stringify(definition())}`);
  expect((await loadDefinitions([folder], compileOptions)).problems).toEqual([]);
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++)
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  return lines.join("\n");
}
