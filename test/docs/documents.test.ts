import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { freshDatabase } from "../support/mongo/fresh-database.ts";
import { announced } from "../support/mongo/shared-server.ts";
import { checkout } from "../support/product/checkout.ts";
import { type Snippet, snippetsOf } from "./snippet.ts";
import { usesMongo, type Workplace, workplace } from "./workplace.ts";

const documents = globSync(["README.md", "docs/guides/*.md"], { cwd: checkout }).sort();

test.concurrent.for(documents)(
  "everything that %s tells people to type does what it says",
  async (document, { skip }) => {
    const text = await readFile(join(checkout, document), "utf8");
    const server = announced();
    if (usesMongo(text) && server?.kind === "missing") skip(server.reason);
    const snippets = snippetsOf(text);
    await using mongo = usesMongo(text) ? freshDatabase() : undefined;
    await using place = await workplace(mongo);
    let printed = "";
    for (const snippet of snippets) printed = await check(snippet, place, printed, `${document}:${snippet.line}`);
  },
);

/** Does with a block what its author says, and gives what was printed last. */
async function check(snippet: Snippet, place: Workplace, printed: string, where: string): Promise<string> {
  const { use, text } = snippet;
  switch (use.kind) {
    case "run": {
      const { exitCode, output } = await place.run(text);
      expect(exitCode, `${where} printed:\n${output}`).toBe(use.exitCode);
      return output;
    }
    case "background":
      await place.start(text);
      return "";
    case "file":
      await place.write(use.name, text);
      return printed;
    case "output":
      expect(printed, where).toMatch(asPattern(place.local(text)));
      return printed;
    case "parse":
      expect(() => (snippet.language === "json" ? JSON.parse(text) : parseYaml(text)) as unknown, where).not.toThrow();
      return printed;
    case "read":
      return printed;
    default:
      return use satisfies never;
  }
}

/** The text as it stands, with `...` for anything and spaces as they come. */
function asPattern(text: string): RegExp {
  const words = text.trim().split(/\s+/);
  const patterns = words.map((word) =>
    word
      .split("...")
      .map((part) => RegExp.escape(part))
      .join("[^]*?"),
  );
  return new RegExp(patterns.join("\\s+"));
}

describe("a block of a document", () => {
  const fence = "```";

  test("is used as its language and the comment above it say", () => {
    const uses = snippetsOf(
      [
        `${fence}sh\nnpm start\n${fence}`,
        `<!-- run: in the background -->\n${fence}sh\nnpm start\n${fence}`,
        `<!-- run: exit 5 -->\n${fence}sh\nfalse\n${fence}`,
        `<!-- run: not, needs a second machine -->\n${fence}sh\nssh there\n${fence}`,
        `<!-- file: a/b.json -->\n${fence}json\n{}\n${fence}`,
        `<!-- output -->\n${fence}text\nhello\n${fence}`,
        `${fence}yaml\na: 1\n${fence}`,
        `${fence}text\na -> b\n${fence}`,
      ].join("\n\n"),
    );
    expect(uses.map(({ use }) => use)).toEqual([
      { kind: "run", exitCode: 0 },
      { kind: "background" },
      { kind: "run", exitCode: 5 },
      { kind: "read" },
      { kind: "file", name: "a/b.json" },
      { kind: "output" },
      { kind: "parse" },
      { kind: "read" },
    ]);
    expect(uses.map(({ line }) => line)).toEqual([1, 6, 11, 16, 21, 26, 30, 34]);
  });

  test("that nobody can check is an error", () => {
    expect(() => snippetsOf(`<!-- run: maybe -->\n${fence}sh\nx\n${fence}`)).toThrow("line 1");
    expect(() => snippetsOf(`${fence}cobol\nx\n${fence}`)).toThrow("cobol");
  });
});
