import type { IndexDescription } from "mongodb";

/** An index and the collection that it is of. */
export interface Index extends IndexDescription {
  readonly of: "jobs" | "payloads" | "definitions";
}

/**
 * Every query of the product, and none besides. Hot ones are partial: they hold the living, so that a million finished jobs do not slow
 * a claim. A partial index is used only by queries that repeat its condition.
 */
export const indexes: readonly Index[] = [
  { of: "jobs", name: "waiting", key: { queue: 1, readyAt: 1 }, partialFilterExpression: { queue: { $exists: true } } },
  {
    of: "jobs",
    name: "waiting_by_workflow",
    key: { queue: 1, workflow: 1, readyAt: 1 },
    partialFilterExpression: { queue: { $exists: true } },
  },
  {
    of: "jobs",
    name: "owner",
    key: { owner: 1, fence: 1, _id: 1 },
    partialFilterExpression: { owner: { $exists: true } },
  },
  {
    of: "jobs",
    name: "deadline",
    key: { deadlineAt: 1 },
    partialFilterExpression: { deadlineAt: { $exists: true }, readyAt: { $exists: true } },
  },
  {
    of: "jobs",
    name: "owing",
    key: { owedSince: 1 },
    partialFilterExpression: { owedSince: { $exists: true } },
  },
  {
    of: "jobs",
    name: "offers",
    key: { "offers.queue": 1, "offers.at": 1 },
    partialFilterExpression: { offers: { $exists: true } },
  },
  {
    of: "jobs",
    name: "ended",
    key: { finishedAt: -1, _id: -1 },
    partialFilterExpression: { finishedAt: { $exists: true } },
  },
  {
    of: "jobs",
    name: "list",
    key: { shown: 1, createdAt: -1, _id: -1 },
    partialFilterExpression: { shown: { $exists: true } },
  },
  {
    of: "jobs",
    name: "list_by_workflow",
    key: { workflow: 1, shown: 1, createdAt: -1, _id: -1 },
    partialFilterExpression: { shown: { $exists: true } },
  },
  {
    of: "jobs",
    name: "labels",
    key: { labels: 1, createdAt: -1, _id: -1 },
    partialFilterExpression: { labels: { $exists: true } },
  },
  // Behind the order what says whether a job fits, and how it is counted: only those that fit are read.
  {
    of: "jobs",
    name: "list_waiting",
    key: { waiting: 1, createdAt: -1, _id: -1, workflow: 1, shown: 1, queue: 1 },
    partialFilterExpression: { queue: { $exists: true } },
  },
  {
    of: "jobs",
    name: "changed",
    key: { changedAt: 1, _id: 1, version: 1 },
    partialFilterExpression: { changedAt: { $exists: true } },
  },
  {
    of: "jobs",
    name: "tombstones",
    key: { tombstoneUntil: 1 },
    partialFilterExpression: { tombstoneUntil: { $exists: true } },
  },
  { of: "payloads", name: "job", key: { job: 1 } },
  { of: "payloads", name: "age", key: { at: 1 } },
  { of: "definitions", name: "order", key: { seq: -1 } },
  { of: "definitions", name: "newest", key: { name: 1, version: -1, seq: -1 } },
  {
    of: "definitions",
    name: "added_once",
    key: { name: 1, version: 1 },
    unique: true,
    partialFilterExpression: { added: { $exists: true } },
  },
];

/** Of `jobs`, in earlier versions: others serve what they served, and more. */
export const replacedIndexes: readonly string[] = ["finished"];
