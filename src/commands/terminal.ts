import picocolors from "picocolors";

const { stdout, env } = process;

/** Colours are for people: on a terminal that has them, or where `FORCE_COLOR` says so, unless `NO_COLOR` is set (no-color.org), which wins. */
export function wantsColours(isTTY: boolean, variables: Readonly<Record<string, string | undefined>>): boolean {
  if ((variables["NO_COLOR"] ?? "") !== "") return false;
  const forced = variables["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  return isTTY && variables["TERM"] !== "dumb";
}

const hasColours = wantsColours(stdout.isTTY === true, env);

export const colours = picocolors.createColors(hasColours);

/** Control characters of what others wrote could move the cursor, rename the window or worse. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function printable(text: string): string {
  return text.replaceAll(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

let quiet = false;

/** From now on people are told nothing: `print` and `note` are silent, and `printIds` speaks. */
export function beQuiet(): void {
  quiet = true;
}

export function isQuiet(): boolean {
  return quiet;
}

/** What was asked for, as people read it, goes to the standard output. */
export function print(text: string): void {
  if (!quiet) printData(text);
}

/** The same where it is what other programs take, whoever reads along. */
export function printData(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What is left of an answer with `--quiet`: names of jobs or other things, one a line. */
export function printIds(ids: readonly string[]): void {
  if (quiet && ids.length > 0) printData(ids.map(printable).join("\n"));
}

/** What goes beside it, to the standard error. */
export function note(text: string): void {
  if (!quiet) complain(text);
}

/** What is wrong is told in any case. */
export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Resolves when a reader has taken all of it: a pipe holds 64 KiB, and what is behind that would be lost with the process. */
export async function printed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write("", () => resolve()));
}

export function printJson(value: unknown): void {
  printData(JSON.stringify(value, undefined, 2));
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
