import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/model/json.ts";
import { compileJson, compileText } from "../../../src/template/compile.ts";
import { compileBody } from "../../../src/template/compile-body.ts";
import { compileUri } from "../../../src/template/compile-uri.ts";
import { render } from "../../../src/template/render.ts";
import { RenderError } from "../../../src/template/render-error.ts";
import { anyText } from "../../support/any-text.ts";
import { scopeWith } from "./scope.ts";

/** Texts that mean something to somebody, among any others. */
const hostileText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  anyText,
  fc.stringMatching(/^[\\"/.{}$%?#&\n\u0000]{0,6}$/),
  fc.constantFrom(
    "..",
    ".",
    "%2e",
    "../..",
    "\\..",
    "${env.TOKEN}",
    "${workflow.input.x}",
    "\ud800",
    "?",
    "#",
    "//evil",
    "@",
  ),
);
const anyInput = fc.oneof(hostileText, fc.jsonValue() as fc.Arbitrary<JsonValue>);

const fragment = fc.oneof(
  fc.constantFrom(
    "${",
    "}",
    "workflow.input.x",
    "env.A_ADDR",
    "task.json.a",
    "[0]",
    "|",
    "encoding=url;",
    "encoding=html;",
  ),
  fc.constantFrom(
    ".jsonInput.a",
    "http://",
    "/",
    "\\",
    '"',
    "{",
    "${workflow.input.x}",
    "${task.json.a[0]}",
    "${env.A_ADDR|d}",
  ),
  fc.string(),
);
const anyTemplate = fc.array(fragment, { maxLength: 12 }).map((fragments) => fragments.join(""));

test("rendering whatever with whatever throws a RenderError or nothing", () => {
  fc.assert(
    fc.property(
      anyTemplate,
      anyInput,
      hostileText,
      fc.option(hostileText, { nil: undefined }),
      (text, x, body, env) => {
        const spec = [
          compileText(text, "", []),
          compileBody(text, "", []),
          compileJson({ a: [text] }, "", []),
          compileUri(text, "", [], { openOrigin: false }),
          compileUri(text, "", [], { openOrigin: true }),
        ];
        const scope = scopeWith({
          input: { x },
          responses: { task: { body } },
          ...(env !== undefined && { env: { A_ADDR: env } }),
        });
        for (const template of spec) {
          try {
            render(template, scope);
          } catch (error) {
            expect(error).toBeInstanceOf(RenderError);
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("what an input brings is text, never a template", () => {
  fc.assert(
    fc.property(hostileText, (x) => {
      const scope = scopeWith({ input: { x }, env: { TOKEN: "secret" } });
      expect(render(compileText("<${workflow.input.x}>", "", []), scope)).toBe(`<${x}>`);
      expect(render(compileJson(["${workflow.input.x}", " ${workflow.input.x}"], "", []), scope)).toEqual([x, ` ${x}`]);
    }),
  );
});

test("a JSON payload with any input inside its literals is the JSON that was meant", () => {
  fc.assert(
    fc.property(anyInput, fc.constantFrom("", "encoding=html;", "encoding=url;"), (x, encoding) => {
      const payload = `{"a": "\${${encoding}workflow.input.x}", "b": ["<\${workflow.input.x}>"]}`;
      const sent = JSON.parse(render(compileBody(payload, "", []), scopeWith({ input: { x } }))) as { b: unknown[] };
      const plain = render(compileText("${workflow.input.x}", "", []), scopeWith({ input: { x } }));
      expect(Object.keys(sent)).toEqual(["a", "b"]);
      expect(sent.b).toEqual([`<${plain}>`]);
    }),
  );
});

test("a URI with any input keeps its origin, its segments and its query, or does not render", () => {
  fc.assert(
    fc.property(anyInput, anyInput, (x, y) => {
      const text =
        "http://host:81/a/${workflow.input.x}/b.${workflow.input.y}?q=${workflow.input.x}&r=${encoding=raw;workflow.input.y}";
      const template = compileUri(text, "", [], { openOrigin: false });
      let uri: string;
      try {
        uri = render(template, scopeWith({ input: { x, y } }));
      } catch (error) {
        expect(error).toBeInstanceOf(RenderError);
        expect([".", ".."]).toContain(x);
        return;
      }
      const url = new URL(uri);
      expect(url.origin).toBe("http://host:81");
      const [, a, first, second, ...more] = url.pathname.split("/");
      expect([a, more]).toEqual(["a", []]);
      const asText = (value: JsonValue): string =>
        render(compileText("${workflow.input.v}", "", []), scopeWith({ input: { v: value } })).toWellFormed();
      expect(decodeURIComponent(first ?? "")).toBe(asText(x));
      expect(decodeURIComponent(second ?? "")).toBe(`b.${asText(y)}`);
      expect([...url.searchParams]).toEqual([
        ["q", asText(x)],
        ["r", asText(y)],
      ]);
      expect(url.hash).toBe("");
    }),
    { numRuns: 500 },
  );
});
