import type { Document } from "mongodb";
import { never } from "../../../model/job/job.ts";
import type { SubWorkflowNode } from "../../../model/workflow.ts";
import type { Collections } from "../collections.ts";
import { replaceWhole } from "../counts/fold.ts";
import { mendCounts } from "../counts/mend.ts";

/** By then processes of an earlier version, which may run on beside the first new one, are taken to have ended; in ms. */
const upgradedWithinMs = 600_000;

const isTimed: Document = { $lt: ["$readyAt", never] };

const isMissing = (field: string): Document => ({ $eq: [{ $type: field }, "missing"] });

/** A text in JSON. */
const anyText = String.raw`"(?:[^"\\]|\\.)*"`;

/** Some task execution of the job awaits something. In the text of one these members come first, so that no result is taken for them. */
function awaits(type = anyText): Document {
  const regex = `^\\{"path":${anyText},"iteration":\\d+,"name":${anyText},"type":${type},"status":"awaiting"`;
  return anyTask({ $regexMatch: { input: { $cond: [isApart, "", "$$task.v"] }, regex } });
}

/** The text of an execution is a long one, which stands elsewhere. */
const isApart: Document = { $ne: [{ $type: "$$task.v" }, "string"] };

function anyTask(holds: Document): Document {
  return { $anyElementTrue: { $map: { input: { $objectToArray: "$tasks" }, as: "task", in: holds } } };
}

const callsJobs = `"${"sub_workflow" satisfies SubWorkflowNode["kind"]}"`;

/** As far as it can be told from what earlier versions noted, like SQLite's store: where a text that may say more stands elsewhere it is left open, until the job's next change. */
const waiting: Document = {
  $switch: {
    branches: [
      { case: { $eq: ["$status", "paused"] }, then: "paused" },
      { case: { $gt: ["$lost", 0] }, then: "worker_lost" },
      { case: { $eq: ["$status", "pending"] }, then: "start" },
      { case: { $and: [isTimed, awaits()] }, then: "time" },
      { case: { $and: [{ $not: isTimed }, { $not: isMissing("$offers") }] }, then: "external" },
      { case: { $and: [{ $not: isTimed }, awaits(callsJobs)] }, then: "job" },
      { case: { $and: [{ $not: isTimed }, awaits()] }, then: "event" },
      { case: anyTask(isApart), then: "$$REMOVE" },
      { case: isTimed, then: "retry" },
    ],
    default: "event",
  },
};

/**
 * Notes of the living jobs of earlier versions for what they wait, and counts them all; once more when processes of those versions have ended, which count nothing.
 * Where jobs cannot be counted now, because others write all the time, whoever asks for counts has it done.
 */
export async function takeIn(collections: Collections, isEmpty: boolean): Promise<void> {
  if (isEmpty) {
    await replaceWhole(collections, 0, [], []);
    return;
  }
  const { jobs, tallies } = collections;
  for (const [field, hint] of [["queue", "list_waiting"] as const, ["owner", "owner"] as const])
    await jobs.updateMany({ [field]: { $exists: true }, waiting: { $exists: false } }, [{ $set: { waiting } }], {
      hint,
    });
  const later = { $dateAdd: { startDate: "$$NOW", unit: "millisecond", amount: upgradedWithinMs } };
  const doubt = {
    seq: 1,
    busy: false,
    seenAt: "$$NOW",
    doubtAt: later,
    doubtSince: { $ifNull: ["$doubtSince", later] },
  };
  await tallies.updateOne({ _id: "p:upgrade" }, [{ $set: doubt }], { upsert: true });
  await mendCounts(collections, "always").catch(() => false);
}
