import type { FileProblem } from "./problem.ts";

/** One block a problem, in the order of files and lines: where, how bad, what was found and would be right. */
export function formatProblems(problems: readonly FileProblem[]): string {
  return [...problems].sort(byPlace).map(formatProblem).join("\n");
}

function formatProblem(problem: FileProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const pointer = problem.at === "" ? "" : ` ${problem.at}:`;
  const suggestion = problem.suggestion === undefined ? "" : ` (did you mean ${problem.suggestion}?)`;
  return printable(`${place}: ${problem.severity}:${pointer} ${problem.message}${suggestion}`);
}

/** A file cannot write to the terminal by what it holds. */
function printable(text: string): string {
  return [...text].map((character) => (character < " " || character === "\u007f" ? "\ufffd" : character)).join("");
}

function byPlace(a: FileProblem, b: FileProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
