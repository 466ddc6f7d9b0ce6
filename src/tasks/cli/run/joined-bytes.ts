const leastBytes = 1024;

/** Bytes that come in chunks, kept in one piece: a chunk of one byte that is kept as it came takes hundreds. */
export class JoinedBytes {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#bytes.length, leastBytes));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** Forgets what came before the last so many bytes. */
  keepLast(count: number): void {
    if (count >= this.#length) return;
    this.#bytes.copyWithin(0, this.#length - count, this.#length);
    this.#length = count;
  }

  /** Valid until the next change. */
  all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
