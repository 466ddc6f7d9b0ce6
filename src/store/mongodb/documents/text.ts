import type { JobId } from "../../../model/ids.ts";

/** JSON as text: any key and any depth, exactly as it came. Long ones stand in the collection of payloads. */
export type Text = string | PayloadRef;

export interface PayloadRef {
  /** `_id` in the collection of payloads. */
  readonly payload: string;
}

/** A long text of a job, written before anything refers to it. */
export interface Payload {
  readonly _id: string;
  readonly job: JobId;
  readonly text: string;
}

/** Bytes from which on a text gets a document of its own: a job's document is read and rewritten often. */
export const longestInline = 64 * 1024;

/** Bytes of one text that the store takes: a document has at most 16 MiB. */
export const longestText = 15 * 1024 * 1024;

/** Bytes that the texts of one insert or one commit have, those apart not counted. Throws `RangeError` where no document can hold them. */
export function inlineBytes(texts: readonly Text[]): number {
  let bytes = 0;
  for (const text of texts) if (typeof text === "string") bytes += Buffer.byteLength(text);
  if (bytes > longestText) throw new RangeError(`It has ${bytes} bytes of JSON, over the limit of ${longestText}`);
  return bytes;
}
