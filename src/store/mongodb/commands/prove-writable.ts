import type { Collections } from "../collections.ts";
import { untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";

/** A write that changes nothing and is confirmed like any other. Throws `StoreUnavailable` where the store takes none within that time. */
export async function proveWritable({ db, names }: Collections, withinMs: number): Promise<void> {
  const nothing = { q: { _id: "probe" }, u: { $set: { probed: true } } };
  await untilAnswered(withinMs, () => writeCommand(db, { update: names.schema, updates: [nothing] }));
}
