import { type Document, isMap, isScalar, isSeq, type LineCounter } from "yaml";
import type { PlacedProblem } from "../problem.ts";
import { offsetOf, placeAt } from "./places.ts";

/** Deeper definitions are not written by people. */
const maxDepth = 64;

/** What the syntax allows and a definition cannot hold: a key twice, boundless nesting. */
export function unusableValues(document: Document.Parsed, lines: LineCounter): PlacedProblem[] {
  const found: PlacedProblem[] = [];
  const report = (node: unknown, message: string): void => {
    found.push({ severity: "error", at: "", message, place: placeAt(offsetOf(node) ?? 0, lines) });
  };
  const open: [node: unknown, depth: number][] = [[document.contents, 1]];
  for (let next = open.pop(); next !== undefined && found.length < maxReported; next = open.pop()) {
    const [node, depth] = next;
    if (depth > maxDepth) report(node, `The document is nested deeper than ${maxDepth} levels`);
    else if (isMap(node)) {
      const names = new Set<unknown>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? key.value : undefined;
        if (names.has(name)) report(key, `the key ${shortened(name)} is given twice; keys must be unique`);
        names.add(name);
        open.push([value, depth + 1]);
      }
    } else if (isSeq(node)) for (const item of node.items) open.push([item, depth + 1]);
  }
  return found;
}

const maxReported = 20;

function shortened(name: unknown): string {
  const text = JSON.stringify(String(name));
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
