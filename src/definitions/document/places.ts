import { type Document, isCollection, isMap, isScalar, type LineCounter, type Pair, type YAMLMap } from "yaml";
import type { JsonPointer } from "../../model/json.ts";

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function placeAt(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Where the parts of a document stand in its text. */
export class Places {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #members = new WeakMap<YAMLMap, Map<string, Pair>>();

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** Of the key or the item at a pointer, or of the nearest thing around it. */
  of(at: JsonPointer): Place {
    let node: unknown = this.#document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const token of at.split("/").slice(1)) {
      const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
      const pair = isMap(node) ? this.#membersOf(node).get(name) : undefined;
      if (pair !== undefined) {
        offset = offsetOf(pair.key) ?? offset;
        node = pair.value;
      } else if (isCollection(node) && !isMap(node)) {
        node = node.items[Number(name)];
        offset = offsetOf(node) ?? offset;
      } else {
        break;
      }
    }
    return placeAt(offset, this.#lines);
  }

  #membersOf(map: YAMLMap): Map<string, Pair> {
    let members = this.#members.get(map);
    if (members === undefined) {
      members = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : "", pair]));
      this.#members.set(map, members);
    }
    return members;
  }
}

export function offsetOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const [start] = node.range as unknown[];
  return typeof start === "number" ? start : undefined;
}
