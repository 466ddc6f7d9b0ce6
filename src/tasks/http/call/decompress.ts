import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { reasonOf } from "../../attempt-failure.ts";
import { HttpFailure } from "./failure.ts";

export interface Bounded {
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/** More codings in a row than this are nobody's need. */
const maxCodings = 4;

/**
 * Undoes the codings of `Content-Encoding`, the last applied first, each up to `maxBytes` of output: what a bomb
 * would unfold to beyond that is never made. Throws `HttpFailure` for a body that is damaged or of an unknown coding.
 */
export async function decompress(body: Bounded, contentEncoding: string, maxBytes: number): Promise<Bounded> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim());
  if (codings.length > maxCodings) throw new HttpFailure("response_invalid", "the body is compressed too many times");
  let bounded = body;
  for (const coding of codings.reverse()) {
    if (coding === "" || coding === "identity" || bounded.bytes.length === 0) continue;
    bounded = await undo(coding, bounded, maxBytes);
  }
  return bounded;
}

function decoder(coding: string, first: number | undefined) {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      // Some send it bare, others, as RFC 9110 says, in zlib's format, which begins with an 8 (RFC 1950).
      return ((first ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress();
    default:
      throw new HttpFailure("response_invalid", `the body has the unknown coding ${JSON.stringify(coding)}`);
  }
}

function undo(coding: string, body: Bounded, maxBytes: number): Promise<Bounded> {
  const stream = decoder(coding, body.bytes[0]);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const finish = (truncated: boolean) => {
      resolve({ bytes: Buffer.concat(chunks, total), truncated: truncated || body.truncated });
      stream.destroy();
    };
    stream.on("data", (chunk: Buffer) => {
      const kept = chunk.subarray(0, maxBytes - total);
      chunks.push(kept);
      total += kept.length;
      if (kept.length < chunk.length) finish(true);
    });
    stream.on("end", () => finish(false));
    stream.on("error", (error) => {
      if (body.truncated)
        finish(true); // its end was cut off by us
      else reject(new HttpFailure("response_invalid", `the body is not valid ${coding}: ${reasonOf(error)}`, error));
    });
    stream.end(body.bytes);
  });
}
