import { StringDecoder } from "node:string_decoder";
import type { Log } from "../../../model/log.ts";

/** Of one line that is written; what is longer is cut. */
const maxLineChars = 8 * 1024;

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
  #isLong = false;

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
    const room = maxLineChars - this.#line.length;
    this.#isLong ||= text.length > room;
    this.#line += text.slice(0, room);
  }

  #write(): void {
    const line = this.#line.replace(/\r$/, "");
    const isLong = this.#isLong;
    this.#line = "";
    this.#isLong = false;
    if (line === "") return;
    this.#leftBytes -= line.length + aroundLine;
    // Cut in the middle of a secret, its beginning would not be recognised: a long line ends where a word does.
    const shown = isLong ? `${this.#hide(line.replace(/\S*$/, ""))}...` : this.#hide(line);
    this.#log.info({ stream: this.#stream, line: shown }, "command output");
  }
}
