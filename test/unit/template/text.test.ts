import { expect, test } from "vitest";
import type { DefinitionProblem } from "../../../src/model/errors.ts";
import { compileText } from "../../../src/template/compile.ts";
import { render } from "../../../src/template/render.ts";
import { RenderError } from "../../../src/template/render-error.ts";
import { scopeWith } from "./scope.ts";

const inputs = JSON.parse(`{
  "name": "Ada", "empty": "", "quote": "a \\"b\\" & <c>'", "number": 4.5, "yes": true, "nothing": null,
  "list": ["a", "b"], "mixed": ["a", 1], "none": [], "object": {"k": ["v"]},
  "text": "{\\"user\\": {\\"ids\\": [7, 8], \\"a.b\\": 1}, \\"list\\": [[1, 2]], \\"null\\": null}",
  "dash-and.dot": "odd", "template": "\${env.TOKEN} \${workflow.input.name}",
  "__proto__": "own", "url": "a b/c?d=é&f!"
}`) as Record<string, string>;

const scope = scopeWith({
  input: inputs,
  env: { INVENTORY_ADDR: "inventory:8080", EMPTY_ADDR: "" },
  responses: {
    create: { statusCode: 200, body: '{"id": 12, "items": [{"id": "x"}, {"id": "y"}], "tags": ["p", "q"]}' },
    "create-device.v2": { body: '{"id": "dashed"}' },
    "a task": { body: "[1, 2]" },
    nothing: { body: "" },
    html: { body: "<html>" },
    cut: { body: '{"id": 1', truncated: true },
    bodiless: {},
    partly: { body: '{"id": null, "name": "", "no": false, "none": 0}' },
    sent: { error: "" },
  },
});

function rendered(text: string): string {
  const problems: DefinitionProblem[] = [];
  const template = compileText(text, "/text", problems);
  expect(problems).toEqual([]);
  return render(template, scope);
}

test.each([
  ["no template", "no template"],
  ["", ""],
  ["$ { } {} $name {workflow.input.name}", "$ { } {} $name {workflow.input.name}"],
  ["${workflow.input.name}", "Ada"],
  ["Dear ${workflow.input.name}, ${workflow.input.name}!", "Dear Ada, Ada!"],
  ["$${workflow.input.number}", "$4.5"],
  ["${ workflow.input.name }", "Ada"],
  ["${workflow.input.dash-and.dot}", "odd"],
  ["${workflow.input.__proto__}", "own"],
  // Missing values and defaults
  ["[${workflow.input.missing}]", "[]"],
  ["[${workflow.input.constructor}]", "[]"],
  ["[${workflow.input.toString.jsonInput.x}]", "[]"],
  ["${workflow.input.missing|default}", "default"],
  ["${workflow.input.missing| a | b }", " a | b "],
  ["[${workflow.input.missing|}]", "[]"],
  ["${workflow.input.name|default}", "Ada"],
  ["[${workflow.input.empty|default}]", "[]"],
  ["${workflow.input.nothing|default}", "null"],
  ["${encoding=url;workflow.input.missing|a b}", "a%20b"],
  // Values that are no texts
  ["${workflow.input.number}", "4.5"],
  ["${workflow.input.yes}", "true"],
  ["${workflow.input.list}", "a,b"],
  ["[${workflow.input.none}]", "[]"],
  ["${workflow.input.mixed}", '["a",1]'],
  ["${workflow.input.object}", '{"k":["v"]}'],
  // Variables
  ["http://${env.INVENTORY_ADDR|other:80}/", "http://inventory:8080/"],
  ["http://${env.MISSING_ADDR|other:80}/", "http://other:80/"],
  ["http://${env.EMPTY_ADDR|other:80}/", "http://other:80/"],
  ["[${env.MISSING_ADDR}]", "[]"],
  // Encodings
  ["${encoding=raw;workflow.input.quote}", `a "b" & <c>'`],
  ["${encoding=plain;workflow.input.quote}", `a "b" & <c>'`],
  ["${encoding=url;workflow.input.url}", "a%20b%2Fc%3Fd%3D%C3%A9%26f%21"],
  ["${encoding=html;workflow.input.quote}", "a &#34;b&#34; &amp; &lt;c&gt;&#39;"],
  ["${encoding=url;workflow.input.list}", "a%2Cb"],
  // JSON text in an input, and an input that is JSON
  ["${workflow.input.text.jsonInput.user.ids[1]}", "8"],
  ["${workflow.input.text.jsonInput.user.ids.0}", "7"],
  ["${workflow.input.text.jsonInput.list[0][1]}", "2"],
  ["${workflow.input.text.jsonInput.user.ids}", "[7,8]"],
  ["${workflow.input.text.jsonInput.missing.deeper[3]|none}", "none"],
  ["[${workflow.input.text.jsonInput.constructor}]", "[]"],
  ["[${workflow.input.empty.jsonInput.x}]", "[]"],
  ["${workflow.input.object.jsonInput.k[0]}", "v"],
  ["${workflow.input.text.jsonInput.user.ids.[1]}", "8"],
  ["[${workflow.input.name.jsonInput.id}]", "[]"],
  ["${workflow.input.name.jsonInput.id|none}", "none"],
  // Earlier results
  ["${create.json.id}", "12"],
  ["${create.json.items[1].id}", "y"],
  ["${create.json.items.0.id}", "x"],
  ["${create.json.items.[1].id}", "y"],
  ["${a task.json.[0]}", "1"],
  ["${create.json.tags}", "p,q"],
  ["[${create.json.items[9].id}]", "[]"],
  ["${create.json.missing|none}", "none"],
  ["${create-device.v2.json.id}", "dashed"],
  ["${a task.json[1]}", "2"],
  ["${a task.json}", "[1,2]"],
  ["[${later.json.id}]", "[]"],
  ["${nothing.json.id|none}", "none"],
  ["${bodiless.json.id|none}", "none"],
  ["[${html.json.id}]", "[]"],
  ["${html.json.id|none}", "none"],
  ["${sent.json.id|none}", "none"],
  ["[${partly.json.id}]", "[]"],
  ["${partly.json.id|none}", "none"],
  ["${partly.json.name|none}", "none"],
  ["[${partly.json.name}]", "[]"],
  ["${partly.json.no|none}", "false"],
  ["${partly.json.none|none}", "0"],
  // One pass only
  ["${workflow.input.template}", "${env.TOKEN} ${workflow.input.name}"],
  // Another language
  ["{{ .workflow.input.name }} {{${workflow.input.name}}}", "{{ .workflow.input.name }} {{Ada}}"],
])("%j renders to %j", (text, expected) => {
  expect(rendered(text)).toBe(expected);
});

test.each([
  "${workflow.input.__proto__|none}",
  "${workflow.input.o.jsonInput.__proto__|none}",
  "${t.json.__proto__|none}",
])("%j sees no member that JavaScript brings", (text) => {
  const plain = scopeWith({ input: { o: { a: 1 } }, responses: { t: { body: "{}" } } });
  expect(render(compileText(text, "", []), plain)).toBe("none");
});

test.each([
  ["${cut.json.id}", /task "cut" was stored cut/],
  ["${cut.json.id|none}", /task "cut" was stored cut/],
])("%j cannot be rendered", (text, message) => {
  expect(() => rendered(text)).toThrow(message);
  expect(() => rendered(text)).toThrow(RenderError);
});

test.each([
  ["[${nonsense}]", "[]"],
  ["[${nonsense.x|else}]", "[else]"],
])("%j refers to nothing: it is warned of, and renders to %j as in the original", (text, expected) => {
  const problems: DefinitionProblem[] = [];
  expect(render(compileText(text, "/text", problems), scope)).toBe(expected);
  expect(problems).toEqual([
    { severity: "warning", at: "/text", message: expect.stringMatching(/refers to nothing and renders to/) as string },
  ]);
});

test("a value nested too deeply for JSON fails the task, not the process", () => {
  const deep = scopeWith({ responses: { deep: { body: "[".repeat(200_000) + "]".repeat(200_000) } } });
  const template = compileText("${deep.json}", "", []);
  expect(() => render(template, deep)).toThrow(RenderError);
});

test("a definition that would fill the memory fails the task", () => {
  const large = scopeWith({ input: { x: "x".repeat(1024 * 1024) } });
  const template = compileText("${workflow.input.x}".repeat(2_000), "", []);
  expect(() => render(template, large)).toThrow(/render to more than/);
});
