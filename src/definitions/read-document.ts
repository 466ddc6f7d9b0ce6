import { type Document, isCollection, LineCounter, parseAllDocuments, type YAMLParseError } from "yaml";
import type { DefinitionProblem } from "../model/errors.ts";
import { type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";

/** One document of a file, as plain JSON, with the places of its parts. */
export interface ReadDocument {
  readonly value: JsonValue;
  /** Of the value at a pointer, or of the nearest one around it. */
  place(at: JsonPointer): Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Unreadable extends DefinitionProblem {
  readonly place: Place;
}

/** Aliases may repeat a value so many times: enough for people, too few to fill the memory. */
const maxAliasCount = 100;

/** Reads JSON or YAML text; JSON strictly, by the same positions. */
export function readDocuments(
  text: string,
  format: "json" | "yaml",
): { documents: ReadDocument[]; unreadable: Unreadable[] } {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: "1.2",
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const unreadable = documents.flatMap((document) =>
    [...document.errors, ...unknownTags(document)].map((error) => syntaxProblem(error, lines)),
  );
  if (format === "json" && unreadable.length === 0) unreadable.push(...notJson(text, lines));
  if (unreadable.length > 0) return { documents: [], unreadable };
  const read = documents.flatMap((document) => {
    try {
      const value = document.toJS({ maxAliasCount }) as JsonValue;
      if (value === null && documents.length > 1) return []; // between two `---`
      return [{ value, place: (at: JsonPointer) => placeIn(document, at, lines) }];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      unreadable.push({
        severity: "error",
        at: "",
        message: `The document cannot be read: ${message}`,
        place: { line: 1, column: 1 },
      });
      return [];
    }
  });
  return { documents: read, unreadable };
}

function unknownTags(document: Document.Parsed): YAMLParseError[] {
  return document.warnings.filter((warning) => warning.code === "TAG_RESOLVE_FAILED");
}

function syntaxProblem(error: YAMLParseError, lines: LineCounter): Unreadable {
  return { severity: "error", at: "", message: error.message, place: placeAt(error.pos[0], lines) };
}

/** What YAML takes and JSON does not: comments, single quotes, trailing commas. */
function notJson(text: string, lines: LineCounter): Unreadable[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    return [
      { severity: "error", at: "", message: `Not JSON: ${message}`, place: placeAt(Number(position ?? 0), lines) },
    ];
  }
}

/** Goes down the pointer as far as there is something. */
function placeIn(document: Document.Parsed, at: JsonPointer, lines: LineCounter): Place {
  const tokens = at
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const token of tokens) {
    if (!isCollection(node)) break;
    const pair = node.items.find((item) => keyOf(item) === token);
    offset = offsetOf(keyNodeOf(pair)) ?? offset;
    node = node.get(/^\d+$/.test(token) && pair === undefined ? Number(token) : token, true);
    if (node === undefined) break;
    if (pair === undefined) offset = offsetOf(node) ?? offset;
  }
  return placeAt(offset, lines);
}

function keyNodeOf(pair: unknown): unknown {
  return typeof pair === "object" && pair !== null && "key" in pair ? pair.key : undefined;
}

function keyOf(pair: unknown): string | undefined {
  const key = keyNodeOf(pair);
  return typeof key === "object" && key !== null && "value" in key ? String(key.value) : undefined;
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const [start] = node.range as unknown[];
  return typeof start === "number" ? start : undefined;
}

function placeAt(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Pointers of all texts in a value, with the texts. */
export function* textsIn(value: JsonValue, at: JsonPointer): Generator<{ at: JsonPointer; text: string }> {
  if (typeof value === "string") yield { at, text: value };
  else if (typeof value === "object" && value !== null)
    for (const [key, member] of Object.entries(value)) yield* textsIn(member, pointerTo(at, key));
}
