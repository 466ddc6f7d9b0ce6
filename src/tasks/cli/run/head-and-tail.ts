import { isUtf8 } from "node:buffer";
import { JoinedBytes } from "./joined-bytes.ts";

/** What is kept of an output. */
export interface KeptOutput {
  readonly text: string;
  /** Bytes between head and tail that were not kept. */
  readonly cutBytes: number;
}

/** Keeps the beginning and the end of an output, half of the limit each: the one tells what it was about, the other how it ended. */
export class HeadAndTail {
  readonly #half: number;
  readonly #head = new JoinedBytes();
  readonly #tail = new JoinedBytes();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2));
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const toHead = chunk.subarray(0, this.#half - this.#head.length);
    this.#head.push(toHead);
    this.#tail.push(chunk.subarray(toHead.length));
    if (this.#tail.length > 2 * this.#half) this.#tail.keepLast(this.#half); // once for each half, not for each chunk
  }

  kept(): KeptOutput {
    this.#tail.keepLast(this.#half);
    const [head, tail] = [this.#head.all(), this.#tail.all()];
    const cutBytes = this.#bytes - head.length - tail.length;
    if (cutBytes === 0) return bounded(Buffer.concat([head, tail]), 2 * this.#half);
    const [first, last] = [wholeEnd(head), wholeBeginning(tail)];
    const lost = cutBytes + head.length - first.length + tail.length - last.length;
    const texts = [bounded(first, this.#half), bounded(last, this.#half)];
    const cut = texts.reduce((sum, text) => sum + text.cutBytes, lost);
    return { text: texts.map(({ text }) => text).join(`\n... (cut: ${cut} bytes) ...\n`), cutBytes: cut };
  }
}

/** Bytes that are not text become U+FFFD, which takes three bytes: what is too long by that is cut. */
function bounded(bytes: Buffer, maxBytes: number): KeptOutput {
  const text = bytes.toString("utf8");
  if (isUtf8(bytes) || Buffer.byteLength(text) <= maxBytes) return { text, cutBytes: 0 };
  const kept = text.slice(0, Math.floor(maxBytes / 3));
  return { text: kept, cutBytes: Math.max(1, bytes.length - kept.length) };
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without a character whose end was cut off: at most three bytes of it are there. */
function wholeEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && isContinuation(bytes[start])) start -= 1;
  const first = bytes[start] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start >= 0 && start + length > bytes.length ? bytes.subarray(0, start) : bytes;
}

/** Without a character whose beginning was cut off. */
function wholeBeginning(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}
