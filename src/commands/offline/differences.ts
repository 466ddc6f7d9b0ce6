import type { ReadDocument } from "../../definitions/document/read-document.ts";
import type { Difference } from "../../definitions/mender/explain/difference.ts";
import { type ExplainOptions, explainMender } from "../../definitions/mender/explain/explain.ts";
import { printable } from "../terminal.ts";

const guide = "docs/guides/coming-from-mender.md";

/** A difference in a file. */
export interface PlacedDifference extends Difference {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where it is explained. */
  readonly guide: string;
}

/** In the order of the file. */
export function differencesIn(file: string, document: ReadDocument, options: ExplainOptions): PlacedDifference[] {
  const placed = explainMender(document.value, options).map((difference) => ({
    file,
    ...document.place(difference.at),
    ...difference,
    guide: `${guide}#${difference.rule}`,
  }));
  return placed.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Two lines each: where and what is otherwise, what to do and where to read more. */
export function formatDifferences(differences: readonly PlacedDifference[]): string {
  if (differences.length === 0) return "Nothing that does something else here than in Mender's service";
  const lines = differences.flatMap(({ file, line, column, at, differs, advice, guide: more }) => [
    `${file}:${line}:${column}: ${at === "" ? "" : `${at}: `}${differs}.`,
    `    ${advice} (${more}).`,
  ]);
  const count = differences.length === 1 ? "1 place" : `${differences.length} places`;
  return [...lines, `${count} that may do something else here than in Mender's service`].map(printable).join("\n");
}
