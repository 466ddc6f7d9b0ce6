import type { BulkPlace } from "../../../jobs/bulk/bulk-place.ts";
import { isJobId, sha256Hex } from "../../../model/ids.ts";
import { canonicalJson, type JsonObject } from "../../../model/json.ts";

/** What a walk does, and with which jobs: no other may go on from its places. */
export interface WalkIdentity {
  readonly action: string;
  /** As it was asked for. */
  readonly filter: JsonObject;
}

/** Where the next call goes on. Clients hand it back as they got it. */
export function writePlace({ asOf, after, met, expected, done }: BulkPlace, walk: WalkIdentity): string {
  const parts = [asOf, after?.at ?? "", after?.id ?? "", met, expected ?? "", digestOf(walk), done.join("")];
  return Buffer.from(parts.join(".")).toString("base64url");
}

const pattern =
  /^(\d{1,15})\.(\d{0,15})\.([0-9a-f]{24})?\.(\d{1,15})\.(\d{0,15})\.([0-9a-f]{16})\.((?:[0-9a-f]{24}){0,9})$/;

/** What is wrong with a cursor. */
export type BadPlace = "unknown" | "of_another_walk";

export function readPlace(cursor: string, walk: WalkIdentity): BulkPlace | BadPlace {
  const match = pattern.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (match === null) return "unknown";
  const [, asOf, at, id, met, expected, digest, done = ""] = match;
  if (digest !== digestOf(walk)) return "of_another_walk";
  const place = {
    asOf: Number(asOf),
    met: Number(met),
    done: (done.match(/.{24}/g) ?? []).filter(isJobId),
    ...(id !== undefined && isJobId(id) && { after: { at: Number(at), id } }),
    ...(expected !== "" && { expected: Number(expected) }),
  };
  return writePlace(place, walk) === cursor ? place : "unknown";
}

function digestOf({ action, filter }: WalkIdentity): string {
  return sha256Hex(canonicalJson({ action, filter })).slice(0, 16);
}
