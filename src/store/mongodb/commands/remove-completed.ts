import type { Document } from "mongodb";
import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { tombstoneOf } from "./tombstone.ts";

/** A job that goes with its last change. */
export interface CompletedJob {
  readonly id: string;
  /** The version that it must have. */
  readonly expected: number;
  /** Its key is remembered until then, epoch ms; absent: it had none. */
  readonly keyUntil?: number;
  readonly commit: string;
}

/**
 * Removes those that have the expected version, each in one step, in which a tombstone takes its place; answers which were removed by this call. Their long texts are orphans then: swept as such, or
 * with the tombstone.
 */
export async function removeCompleted(
  { db, names, jobs: collection }: Collections,
  jobs: readonly CompletedJob[],
): Promise<Set<string>> {
  const keyUntil = own(jobs, (job) => job.keyUntil ?? 0);
  const tombstone = { ...tombstoneOf(keyUntil, { $toLong: "$$NOW" }), commit: own(jobs, ({ commit }) => commit) };
  const updates = [{ q: asExpected(jobs), u: [{ $replaceWith: tombstone }], multi: true }];
  return untilAnswered(budgets.write, async () => {
    const { modified } = await writeCommand(db, { update: names.jobs, updates });
    if (modified === jobs.length) return new Set(idsOf(jobs));
    const found = await collection.find({ _id: { $in: idsOf(jobs) } }, { projection: { commit: 1 } }).toArray();
    const tokens = new Map(found.map(({ _id, commit }) => [_id, commit]));
    return new Set(idsOf(jobs.filter(({ id, commit }) => tokens.get(id) === commit))); // also by an earlier try
  });
}

function asExpected(jobs: readonly CompletedJob[]): Document {
  return { _id: { $in: idsOf(jobs) }, $expr: { $eq: ["$version", own(jobs, ({ expected }) => expected)] } };
}

/** On the server: what stands there for the document's own job. */
function own(jobs: readonly CompletedJob[], of: (job: CompletedJob) => number | string): Document {
  return { $arrayElemAt: [{ $literal: jobs.map(of) }, { $indexOfArray: [{ $literal: idsOf(jobs) }, "$_id"] }] };
}

function idsOf(jobs: readonly CompletedJob[]): string[] {
  return jobs.map(({ id }) => id);
}
