import type { Document } from "mongodb";
import type { ChangeDocument } from "../documents/change-document.ts";
import { ownQueue } from "../documents/queues.ts";

/** Where a document finds its change while the pipeline runs. */
const change = "change";

/** Fields that no commit touches but a retry or a restart. What stands neither here nor in a change's `set` is removed by the commit, if the change lacks it. */
const kept = [
  "_id",
  "format",
  "workflow",
  "workflowVersion",
  "digest",
  "run",
  "fence",
  "createdAt",
  "bodyDigest",
  "input",
  "start",
  "claim",
  "parent",
  "priority",
  "maxRunning",
  "topic",
] as const;

const leased = { $and: [`$${change}.keepsLease`, { $ne: [{ $type: "$owner" }, "missing"] }] };

const queue = {
  $cond: [
    { $eq: [{ $type: `$${change}.queue` }, "missing"] },
    "$$REMOVE",
    ownQueue(`$${change}.queue`, { $ifNull: [`$${change}.set.topic`, "$topic"] }),
  ],
};

const earlierTasks = { $cond: [`$${change}.replacesTasks`, { $literal: {} }, "$tasks"] };

/** Those of the few jobs that have them stay, unless the change has others: all other jobs go without the fields. */
const unless = (replaced: "replacesEffects" | "replacesOffers" | "replacesLabels", field: string) => ({
  $cond: [{ $eq: [{ $type: `$${change}.${replaced}` }, "missing"] }, `$${field}`, "$$REMOVE"],
});

const extras = {
  $cond: [
    { $eq: [{ $type: `$${change}.extras` }, "missing"] },
    "$extras",
    { $mergeObjects: ["$extras", `$${change}.extras`] },
  ],
};

const merged = {
  $mergeObjects: [
    Object.fromEntries(kept.map((field) => [field, `$${field}`])),
    {
      effects: unless("replacesEffects", "effects"),
      owedSince: unless("replacesEffects", "owedSince"),
      offers: unless("replacesOffers", "offers"),
      labels: unless("replacesLabels", "labels"),
      extras,
    },
    `$${change}.set`,
    {
      tasks: { $mergeObjects: [earlierTasks, `$${change}.tasks`] },
      history: { $concatArrays: ["$history", `$${change}.history`] },
      changedAt: "$$NOW",
      owner: { $cond: [leased, "$owner", "$$REMOVE"] },
      queue: { $cond: [leased, "$$REMOVE", queue] },
      shown: { $cond: [leased, `$${change}.shownLeased`, `$${change}.set.status`] },
    },
  ],
};

/**
 * One update for a whole batch: the changes stand in a literal beside the ids, each job finds its own by position and takes it only
 * where it has the expected version. Half the server's time of as many single updates (measured: 27-40 against 66-92 CPU-ms for 1,000).
 * `$literal` keeps keys with `$` and dots as they are.
 */
export function commitPipeline(ids: readonly string[], changes: readonly ChangeDocument[]): Document[] {
  const own = { $arrayElemAt: [{ $literal: changes }, { $indexOfArray: [{ $literal: ids }, "$_id"] }] };
  const matching = { $cond: [{ $eq: ["$version", "$$own.expected"] }, "$$own", "$$REMOVE"] };
  return [
    { $set: { [change]: { $let: { vars: { own }, in: matching } } } },
    { $replaceWith: { $cond: [{ $eq: [{ $type: `$${change}` }, "missing"] }, "$$ROOT", merged] } },
  ];
}
