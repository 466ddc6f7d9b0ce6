import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";

/** A write that changes nothing and is confirmed like any other. Throws `StoreUnavailable` where the store takes none. */
export async function proveWritable({ db, names }: Collections): Promise<void> {
  const nothing = { q: { _id: "probe" }, u: { $set: { probed: true } } };
  await untilAnswered(budgets.read, () => writeCommand(db, { update: names.schema, updates: [nothing] }));
}
