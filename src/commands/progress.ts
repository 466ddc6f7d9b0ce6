import { isQuiet } from "./terminal.ts";

/** In ms, between two lines where nobody looks on. */
const lineEveryMs = 5000;

/** Where progress is told: the standard error of the process. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The standard error; where its terminal cannot move the cursor, as if it were a pipe. */
export function progressOutput(): ProgressOutput & Partial<Pick<typeof process.stderr, "columns" | "rows">> {
  const { stderr } = process;
  return process.env["TERM"] === "dumb" ? { write: (text) => stderr.write(text) } : stderr;
}

/** How far a long piece of work is: one line that is written over on a terminal, a line now and then in a pipe. */
export class Progress {
  readonly #total: number;
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #shown = false;
  #toldAt: number;

  /** `total` is an estimate; `now` is a monotonic clock, in ms. */
  constructor(total: number, output: ProgressOutput = progressOutput(), now: () => number = () => performance.now()) {
    this.#total = total;
    this.#output = output;
    this.#now = now;
    this.#toldAt = now();
  }

  /** With `--quiet` nothing is told. */
  at(done: number): void {
    if (isQuiet()) return;
    const text = `${done} of about ${Math.max(done, this.#total)} jobs`;
    if (this.#output.isTTY === true) {
      this.#output.write(`\r${bar(done, this.#total)} ${text}\u001b[K`);
      this.#shown = true;
    } else if (this.#now() - this.#toldAt >= lineEveryMs) {
      this.#output.write(`${text}\n`);
      this.#toldAt = this.#now();
    }
  }

  /** A line that stays, whether or not people want words: it tells what is wrong. */
  note(line: string): void {
    this.end();
    this.#output.write(`${line}\n`);
  }

  /** Takes away what would be written over. */
  end(): void {
    if (this.#shown) this.#output.write("\r\u001b[K");
    this.#shown = false;
  }
}

/** Cells of the bar. */
const barLength = 24;

function bar(done: number, total: number): string {
  const filled = Math.floor(barLength * Math.min(1, total === 0 ? 1 : done / total));
  return `[${"=".repeat(filled)}${" ".repeat(barLength - filled)}]`;
}
