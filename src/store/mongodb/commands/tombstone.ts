import type { Document } from "mongodb";
import { budgets } from "../outcome/retry.ts";

/**
 * A tombstone lasts so much longer than any try to insert its job: one whose answer was lost must not store the job again, and what such a try wrote beside
 * the job goes with the tombstone.
 */
const outlastsInsertsMs = budgets.write + 40_000;

/**
 * On the server: what takes the place of a job. `keyUntil`: other starts have to leave the id alone until then, epoch ms.
 * `insertedBy`: the job had been inserted by then, epoch ms.
 */
export function tombstoneOf(keyUntil: Document, insertedBy: Document | string): Document {
  return {
    _id: "$_id",
    start: "$start",
    bodyDigest: "$bodyDigest",
    keyUntil,
    tombstoneUntil: { $max: [keyUntil, { $add: [insertedBy, outlastsInsertsMs] }] },
  };
}
