import { type JobId, sha256Hex } from "../../../model/ids.ts";
import type { Collections } from "../collections.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { inlineBytes, longestInline, longestText, type Payload, type Text } from "./text.ts";

/** What a write brings: long texts beside the job's document, and the bytes of all texts together, for the size of batches. */
export interface Weighed {
  readonly bytes: number;
  readonly payloads: readonly Payload[];
}

/** Throws `RangeError` where no document can hold the texts. */
export function weigh(texts: readonly Text[], payloads: readonly Payload[]): Weighed {
  const bytes = payloads.reduce((sum, { text }) => sum + text.length, inlineBytes(texts));
  return { bytes, payloads };
}

/** Bytes of payloads in one command, well under the server's limit of 48 MB. */
const commandBytes = 12 * 1024 * 1024;

/** The text itself, or where it is long a reference, with the payload put into `payloads`. Throws `RangeError` where no store takes it. */
export function textOf(job: JobId, json: string, payloads: Payload[]): Text {
  if (json.length <= longestInline / 3) return json; // UTF-8 takes 3 bytes at most for each unit
  const bytes = Buffer.byteLength(json);
  if (bytes > longestText) throw new RangeError(`It has ${bytes} bytes of JSON, over the limit of ${longestText}`);
  if (bytes <= longestInline) return json;
  const _id = `${job}:${sha256Hex(json).slice(0, 24)}`; // of the content: writing it twice is writing it once
  payloads.push({ _id, job, text: json });
  return { payload: _id };
}

/** Writes payloads; those that are there are as young again as if they were new, so that no sweep takes them for orphans. */
export async function writePayloads({ db, names }: Collections, payloads: readonly Payload[]): Promise<void> {
  for (const group of inGroups(payloads)) {
    const updates = group.map(({ _id, job, text }) => ({
      q: { _id },
      u: [{ $set: { job, text: { $literal: text }, at: "$$NOW" } }],
      upsert: true,
    }));
    const { errors } = await writeCommand(db, { update: names.payloads, updates, ordered: false });
    const [error] = errors.filter(({ code }) => code !== 11000); // two that come first at the same time: one is enough
    if (error !== undefined) throw new Error(`A payload was refused: ${error.message}`);
  }
}

function inGroups(payloads: readonly Payload[]): Payload[][] {
  const groups: Payload[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const payload of payloads) {
    const size = Buffer.byteLength(payload.text);
    if (bytes + size > commandBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(payload);
    bytes += size;
  }
  return groups;
}

/** Long texts by their ids; those that are gone are missing. */
export async function readPayloads({ payloads }: Collections, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await payloads.find({ _id: { $in: [...ids] } }, { projection: { text: 1 } }).toArray();
  return new Map(found.map(({ _id, text }) => [_id, text]));
}
