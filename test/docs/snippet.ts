/** A fenced block of a document, and what its author says about running it. */
export interface Snippet {
  /** 1-based line of the opening fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly use: Use;
}

/**
 * What a block is for. An HTML comment above the fence, invisible to readers, says what the language does not:
 *
 * - `<!-- file: NAME -->`: the block is written to NAME;
 * - `<!-- run: in the background -->`: started and left running until the document ends; the API answers before the next block;
 * - `<!-- run: exit CODE -->`: ends with CODE instead of 0;
 * - `<!-- run: not, REASON -->`: not run, the reason is for the next author;
 * - `<!-- output -->`: the block shows what the command before it prints; `...` stands for anything.
 */
export type Use =
  | { readonly kind: "run"; readonly exitCode: number }
  | { readonly kind: "background" }
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "output" }
  | { readonly kind: "parse" }
  | { readonly kind: "read" };

const shells = ["sh", "bash", "shell", "console"];
const data = ["json", "yaml"];
/** Illustrations and samples in languages that nobody runs here. */
const readOnly = ["text", "", "ts", "mermaid"];

const fenced = /(?:^<!-- (.*) -->\n+)?^```(\S*).*\n([\s\S]*?)^```$/gm;

/** All fenced blocks of a Markdown text, in order. Throws where nothing says what a block is for. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(fenced)].map((found) => {
    const [whole, remark, language = "", text = ""] = found;
    const line = markdown.slice(0, found.index + whole.indexOf("```")).split("\n").length;
    return { line, language, text, use: useOf(remark, language, line) };
  });
}

function useOf(remark: string | undefined, language: string, line: number): Use {
  if (remark !== undefined) return remarked(remark, line);
  if (shells.includes(language)) return { kind: "run", exitCode: 0 };
  if (data.includes(language)) return { kind: "parse" };
  if (readOnly.includes(language)) return { kind: "read" };
  throw new Error(`line ${line}: nobody knows how to check a block of ${language}`);
}

function remarked(remark: string, line: number): Use {
  const file = /^file: (\S+)$/.exec(remark)?.[1];
  if (file !== undefined) return { kind: "file", name: file };
  const exitCode = /^run: exit (\d+)$/.exec(remark)?.[1];
  if (exitCode !== undefined) return { kind: "run", exitCode: Number(exitCode) };
  if (remark === "run: in the background") return { kind: "background" };
  if (/^run: not, \S/.test(remark)) return { kind: "read" };
  if (remark === "output") return { kind: "output" };
  throw new Error(`line ${line - 1}: <!-- ${remark} --> says nothing about the block below it`);
}
