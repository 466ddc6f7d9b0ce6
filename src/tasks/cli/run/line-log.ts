import { StringDecoder } from "node:string_decoder";
import type { Log } from "../../../model/log.ts";

/** Of one line that is written; what is longer is cut. */
const maxLineChars = 8 * 1024;

/** Of one line that is read: a secret where it is cut must be there whole to be recognised. */
const maxReadChars = 2 * maxLineChars;

/** What stands around a line in the log: short ones are not free. */
const aroundLine = 100;

/** Writes an output to the log as it comes, line by line, without secrets, up to a limit. */
export class LineLog {
  readonly #stream: "stdout" | "stderr";
  readonly #log: Log;
  readonly #hide: (text: string) => string;
  readonly #decoder = new StringDecoder("utf8");
  #leftBytes: number;
  #line = "";
  #isCut = false;

  constructor(stream: "stdout" | "stderr", log: Log, hide: (text: string) => string, maxBytes: number) {
    this.#stream = stream;
    this.#log = log;
    this.#hide = hide;
    this.#leftBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    if (this.#isOver) return;
    const [first = "", ...others] = this.#decoder.write(chunk).split("\n");
    this.#add(first);
    for (const part of others) {
      this.#write();
      if (this.#isOver)
        return this.#log.info({ stream: this.#stream }, "the rest of the command's output is not logged");
      this.#add(part);
    }
  }

  end(): void {
    if (!this.#isOver) this.#write();
  }

  get #isOver(): boolean {
    return this.#leftBytes <= 0;
  }

  #add(text: string): void {
    const room = maxReadChars - this.#line.length;
    this.#isCut ||= text.length > room;
    this.#line += text.slice(0, room);
  }

  #write(): void {
    const line = this.#line.replace(/\r$/, "");
    const isCut = this.#isCut;
    this.#line = "";
    this.#isCut = false;
    if (line === "") return;
    const shown = shortened(this.#hide(line), isCut);
    this.#leftBytes -= shown.length + aroundLine;
    this.#log.info({ stream: this.#stream, line: shown }, "command output");
  }
}

/**
 * A line as it is written. `isCut`: what was read of it ends in its middle, perhaps in the middle of a secret, whose beginning was not recognised: it is not
 * written as far as such a secret may reach. One that is longer still is not shown either where it has no white space: a long line ends where a word does.
 */
function shortened(line: string, isCut: boolean): string {
  if (!isCut && line.length <= maxLineChars) return line;
  const kept = line.slice(0, isCut ? Math.min(maxLineChars, Math.max(0, line.length - maxLineChars)) : maxLineChars);
  return `${kept.slice(0, endOfLastSpace(kept))}...`;
}

function endOfLastSpace(text: string): number {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1).trim() !== "") end -= 1;
  return end;
}
