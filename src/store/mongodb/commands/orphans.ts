import type { Collections } from "../collections.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";

/** A payload that no job refers to after this time never will be: what wrote it died, or was refused. */
const orphanAfterMs = 3_600_000;

const sweptAtOnce = 200;

/**
 * Removes long texts whose job was never stored with them. Each payload is looked at once: how far the sweep came is kept in the store.
 * Answers whether there may be more to look at.
 */
export async function sweepOrphans(collections: Collections, nowMs: number): Promise<boolean> {
  return untilAnswered(budgets.write, async () => {
    const { payloads, schema } = collections;
    const swept = (await schema.findOne({ _id: "payloads" }))?.sweptUntil ?? new Date(0);
    const until = new Date(nowMs - orphanAfterMs);
    const projection = { job: 1, at: 1 };
    const old = await payloads
      .find({ at: { $gt: swept, $lte: until } }, { projection, sort: { at: 1 }, limit: sweptAtOnce })
      .toArray();
    const last = old.at(-1)?.at;
    if (last === undefined) return false;
    const kept = await referred(collections, [...new Set(old.map(({ job }) => job))]);
    for (const { _id, at } of old) if (!kept.has(_id)) await payloads.deleteOne({ _id, at }); // unless written again meanwhile
    // Of several with one time some may be left for the next look: that time is looked at again.
    const before = new Date(last.getTime() - 1);
    const done = old.length < sweptAtOnce || before <= swept ? last : before;
    await schema.updateOne({ _id: "payloads" }, { $max: { sweptUntil: done } }, { upsert: true });
    return old.length === sweptAtOnce;
  });
}

/** Ids of the payloads that these jobs refer to. */
async function referred({ jobs }: Collections, ids: readonly string[]): Promise<Set<string>> {
  const found = await jobs
    .find({ _id: { $in: [...ids] } }, { projection: { input: 1, tasks: 1, effects: 1 } })
    .toArray();
  return new Set(found.flatMap(referencesOf));
}

function referencesOf({ input, tasks, effects }: JobDocument): string[] {
  return [input, effects, ...Object.values(tasks ?? {})].flatMap((text) =>
    typeof text === "object" && text !== null ? [text.payload] : [],
  );
}
