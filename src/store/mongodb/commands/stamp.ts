import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";

/** From the time that a change of a job carries until it is acknowledged no more passes than that, in ms: whoever reads changes looks back as far. */
export const acknowledgedWithinMs = 2000;

/** A write that takes so long gives its jobs a newer time, in ms. */
const slowMs = acknowledgedWithinMs / 2;

const triesAtMost = 5;

/** Runs a write to these jobs, which gives them the server's time. Where it is acknowledged late, they get it anew before anybody learns of it. */
export async function stamped<T>(
  collections: Collections,
  ids: readonly string[],
  write: () => Promise<T>,
): Promise<T> {
  let since = performance.now();
  const answer = await write();
  for (let tries = 0; performance.now() - since > slowMs && tries < triesAtMost; tries++) {
    since = performance.now();
    await stampAnew(collections, ids);
  }
  return answer;
}

async function stampAnew({ db, names }: Collections, ids: readonly string[]): Promise<void> {
  const q = { _id: { $in: [...ids] }, changedAt: { $exists: true } };
  const updates = [{ q, u: { $currentDate: { changedAt: true } }, multi: true, hint: { _id: 1 } }];
  await untilAnswered(budgets.write, () => writeCommand(db, { update: names.jobs, updates }));
}
