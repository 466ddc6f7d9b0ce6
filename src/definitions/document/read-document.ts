import { type Document, LineCounter, parseAllDocuments, type YAMLParseError } from "yaml";
import type { JsonObject, JsonPointer, JsonValue } from "../../model/json.ts";
import { maxDocumentBytes } from "../../model/workflow.ts";
import type { PlacedProblem } from "../problem.ts";
import { bySchema } from "./by-schema.ts";
import { noteKeyOrders } from "./key-orders.ts";
import { type Place, Places, placeAt } from "./places.ts";
import { keepTexts } from "./unquoted.ts";
import { unusableValues } from "./unusable-values.ts";
import { bytesWrittenOut } from "./written-out.ts";

/** One document of a file, as plain JSON, with the places of its parts. */
export interface ReadDocument {
  readonly value: JsonValue;
  /** Of the value at a pointer, or of the nearest one around it. */
  place(at: JsonPointer): Place;
}

/** Aliases may repeat a value so many times: enough for people. How long the document gets by them is bounded by its bytes. */
const maxAliasCount = 100;

/** Reads JSON or YAML text; JSON strictly, by the same positions. `schema`: says where YAML needs no quotes to be a text. */
export function readDocuments(
  text: string,
  format: "json" | "yaml",
  schema: JsonObject,
): { documents: ReadDocument[]; unreadable: PlacedProblem[] } {
  const lines = new LineCounter();
  const documents = parse(text, lines);
  if (documents === undefined) return { documents: [], unreadable: [tooDeep] };
  const unreadable = documents.flatMap((document) => problemsOf(document, lines));
  if (unreadable.some(({ message }) => message.includes("call stack"))) return { documents: [], unreadable: [tooDeep] };
  const misspelt = format === "json" ? notJson(text, lines) : [];
  if (misspelt.length > 0) return { documents: [], unreadable: misspelt };
  if (unreadable.length > 0) return { documents: [], unreadable };
  const read = documents.flatMap((document) => {
    try {
      const places = new Places(document, lines);
      keepTexts(document);
      const written: unknown = document.toJS({ maxAliasCount });
      noteKeyOrders(document.contents, written);
      const value = bySchema(written, format === "yaml" ? schema : {}, (at, message) => {
        if (unreadable.length < maxReported) unreadable.push({ severity: "error", at, message, place: places.of(at) });
      });
      if (value === null && documents.length > 1) return []; // between two `---`
      return [{ value, place: (at: JsonPointer) => places.of(at) }];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      unreadable.push({ severity: "error", at: "", message: `The document cannot be read: ${message}`, place: start });
      return [];
    }
  });
  return { documents: unreadable.length > 0 ? [] : read, unreadable };
}

const maxReported = 20;

const start: Place = { line: 1, column: 1 };

const tooDeep: PlacedProblem = { severity: "error", at: "", message: "The document is nested too deep", place: start };

/** Undefined where the nesting is deeper than the parser can follow. Keys given twice are found later, in less time. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed[] | undefined {
  try {
    const options = {
      lineCounter,
      version: "1.2",
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      merge: true,
    } as const;
    const parsed = parseAllDocuments(text, options);
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function problemsOf(document: Document.Parsed, lines: LineCounter): PlacedProblem[] {
  const syntax = [...document.errors, ...unknownTags(document)].map((error) => syntaxProblem(error, lines));
  if (syntax.length > 0) return syntax;
  const unusable = unusableValues(document, lines);
  return unusable.length > 0 ? unusable : tooLong(document);
}

/** Before anything is made of it: a few aliases of a large value, or one that stands inside of itself, would fill the memory. */
function tooLong(document: Document.Parsed): PlacedProblem[] {
  const bytes = bytesWrittenOut(document);
  if (bytes <= maxDocumentBytes) return [];
  const message = Number.isFinite(bytes)
    ? `The document has ${bytes} bytes as JSON, with its aliases written out; a definition has at most ${maxDocumentBytes}`
    : "An alias stands inside of the value that it repeats, so the document has no end";
  return [{ severity: "error", at: "", message, place: start }];
}

function unknownTags(document: Document.Parsed): YAMLParseError[] {
  return document.warnings.filter((warning) => warning.code === "TAG_RESOLVE_FAILED");
}

function syntaxProblem(error: YAMLParseError, lines: LineCounter): PlacedProblem {
  return { severity: "error", at: "", message: error.message, place: placeAt(error.pos[0], lines) };
}

/** What its own parser says of a text that is not JSON; YAML takes more, and has other words for the rest. */
function notJson(text: string, lines: LineCounter): PlacedProblem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = text.startsWith("\ufeff") ? "it begins with a byte order mark" : said.replaceAll(/\s+/g, " "); // it quotes lines
    const position = /at position (\d+)/.exec(said)?.[1] ?? unexpectedTokenIn(text);
    return [
      {
        severity: "error",
        at: "",
        message: `Not JSON: ${message}`,
        place: placeAt(Number(position), lines),
      },
    ];
  }
}

/** Where the token stands that JSON's parser did not expect, of which it tells no position; else the end. Whatever ends before it is merely incomplete. */
function unexpectedTokenIn(text: string): number {
  if (!hasUnexpectedToken(text)) return text.length;
  let [without, withIt] = [0, text.length];
  while (withIt - without > 1) {
    const between = Math.floor((without + withIt) / 2);
    if (hasUnexpectedToken(text.slice(0, between))) withIt = between;
    else without = between;
  }
  return without;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof Error && error.message.startsWith("Unexpected token");
  }
}
