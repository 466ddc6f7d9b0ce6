import picocolors from "picocolors";

const { stdout, env } = process;

/** Colours are for people: on a terminal that has them, unless `NO_COLOR` is set (no-color.org). */
const hasColours = stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";

export const colours = picocolors.createColors(hasColours);

/** Control characters of what others wrote could move the cursor, rename the window or worse. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function printable(text: string): string {
  return text.replaceAll(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** What was asked for goes to the standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What goes beside it, to the standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Columns as wide as their widest cell; a cell is one line. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => printable(cell).replaceAll(/\s+/g, " ")));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line, index) => (index === 0 ? colours.bold(line) : line)).join("\n");
}

const stateColours: Readonly<Record<string, (text: string) => string>> = {
  completed: colours.green,
  failed: colours.red,
  timed_out: colours.red,
  terminated: colours.yellow,
  running: colours.cyan,
};

/** Where it stands alone: inside a table, colours would count as width. */
export function colouredState(state: string): string {
  return stateColours[state]?.(state) ?? printable(state);
}
