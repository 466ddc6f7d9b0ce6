import type { Job } from "../../../model/job/job.ts";
import type { ClaimAsk } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { stamped } from "../commands/stamp.ts";
import { anyQueueOf } from "../documents/queues.ts";
import { readJobs, wholeJob } from "../documents/read-job.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import type { ReadyJob } from "./ready-jobs.ts";

/** Named, because the server may take the index of the waiting or of the owners, and skip what was removed from it in the last minutes. */
const byId = { _id: 1 } as const;

/** Takes those of the candidates that nobody took or changed since they were looked at. */
export async function takeJobs(
  collections: Collections,
  claim: string,
  ask: ClaimAsk,
  found: readonly ReadyJob[],
): Promise<Job[]> {
  const places = new Map(found.map(({ _id }, index) => [_id, index]));
  const taken = await collections.tally.during(async () => {
    const documents = await stamped(collections, [...places.keys()], () => take(collections, claim, ask, found));
    for (const { _id } of documents) noteTaken(collections, found[places.get(_id) ?? 0]);
    return documents.filter(({ owner }) => owner === ask.worker); // others may be over already
  });
  taken.sort((a, b) => (places.get(a._id) ?? 0) - (places.get(b._id) ?? 0));
  return (await readJobs(collections, taken)).filter(({ lease }) => lease?.worker === ask.worker);
}

/**
 * Each is taken only under the version that it was looked at: so it is known what it was before, whatever becomes of it before it is read; and a permit
 * is for that version. Most of those that wait have one and the same.
 */
async function take(
  { db, names, jobs, tally }: Collections,
  claim: string,
  { worker, of }: ClaimAsk,
  found: readonly ReadyJob[],
): Promise<JobDocument[]> {
  // What can be claimed is pending or running, and shown as running from now on.
  const u = {
    $set: { owner: worker, claim, shown: "running" },
    $unset: { queue: "" },
    $inc: { version: 1, fence: 1 },
    $currentDate: { changedAt: true },
  };
  const queue = anyQueueOf[of];
  const updates = [...Map.groupBy(found, ({ version }) => version)].map(([version, own]) => {
    return { q: { _id: { $in: own.map(({ _id }) => _id) }, queue, version }, u, multi: true, hint: byId };
  });
  return untilAnswered(budgets.write, async ({ again }) => {
    const { modified } = await writeCommand(db, { update: names.jobs, updates });
    if (modified === 0 && !again) return [];
    const ids = found.map(({ _id }) => _id);
    const taken = await jobs.find({ _id: { $in: ids }, claim }, { projection: wholeJob, hint: byId }).toArray();
    // Some were given back, lost or removed already, or, after an answer that was lost, may have been.
    if (taken.length < (again ? found.length : modified)) tally.doubt();
    return taken;
  });
}

function noteTaken({ tally }: Collections, candidate: ReadyJob | undefined): void {
  if (candidate === undefined) return;
  const { workflow, status, waiting } = candidate;
  tally.note({
    from: { workflow, status, ...(waiting !== undefined && { waiting }) },
    to: { workflow, status: "running" },
  });
}
