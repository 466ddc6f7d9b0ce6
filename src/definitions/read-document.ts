import { type Document, LineCounter, parseAllDocuments, type YAMLParseError } from "yaml";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import { type Place, Places, placeAt } from "./places.ts";
import type { PlacedProblem } from "./problem.ts";
import { unusableValues } from "./unusable-values.ts";

/** One document of a file, as plain JSON, with the places of its parts. */
export interface ReadDocument {
  readonly value: JsonValue;
  /** Of the value at a pointer, or of the nearest one around it. */
  place(at: JsonPointer): Place;
}

/** Aliases may repeat a value so many times: enough for people, too few to fill the memory. */
const maxAliasCount = 100;

/** Reads JSON or YAML text; JSON strictly, by the same positions. */
export function readDocuments(
  text: string,
  format: "json" | "yaml",
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
      const value = document.toJS({ maxAliasCount }) as JsonValue;
      if (value === null && documents.length > 1) return []; // between two `---`
      const places = new Places(document, lines);
      return [{ value, place: (at: JsonPointer) => places.of(at) }];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      unreadable.push({ severity: "error", at: "", message: `The document cannot be read: ${message}`, place: start });
      return [];
    }
  });
  return { documents: read, unreadable };
}

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
  return syntax.length > 0 ? syntax : unusableValues(document, lines);
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
    const message = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    return [
      {
        severity: "error",
        at: "",
        message: `Not JSON: ${message}`,
        place: placeAt(Number(position ?? text.length), lines),
      },
    ];
  }
}
