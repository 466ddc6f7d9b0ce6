import type { Document } from "mongodb";
import type { JobKey, JobQuery } from "../../search.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import type { SortField } from "./conditions.ts";

export type Placed = Pick<JobDocument, "_id" | "createdAt" | "finishedAt">;

export function placeOf(job: Placed, field: SortField): JobKey {
  return { at: field === "_id" ? 0 : (job[field] ?? 0), id: job._id };
}

export function sortBy(field: SortField, { order }: JobQuery): Record<string, 1 | -1> {
  const way = order === "oldest" ? 1 : -1;
  return field === "_id" ? { _id: way } : { [field]: way, _id: way };
}

export function comparePlaces({ order }: JobQuery): (a: JobKey, b: JobKey) => number {
  const way = order === "oldest" ? 1 : -1;
  return (a, b) => way * (a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Of jobs behind that place. */
export function behind({ at, id }: JobKey, field: SortField, { order }: JobQuery): Document {
  if (field === "_id") return { _id: order === "oldest" ? { $gt: id } : { $lt: id } };
  return order === "oldest"
    ? { [field]: { $gte: at }, $nor: [{ [field]: at, _id: { $lte: id } }] }
    : { [field]: { $lte: at }, $nor: [{ [field]: at, _id: { $gte: id } }] };
}

/** Of jobs behind that place, and of those before it that have its very time: unlike `behind` it is read from index keys alone. */
export function sinceTimeOf({ at }: JobKey, field: SortField, { order }: JobQuery): Document {
  return { [field]: order === "oldest" ? { $gte: at } : { $lte: at } };
}

/** Of jobs up to that place, itself included. */
export function upTo({ at, id }: JobKey, field: SortField, { order }: JobQuery): Document {
  if (field === "_id") return { _id: order === "oldest" ? { $lte: id } : { $gte: id } };
  return order === "oldest"
    ? { [field]: { $lte: at }, $nor: [{ [field]: at, _id: { $gt: id } }] }
    : { [field]: { $gte: at }, $nor: [{ [field]: at, _id: { $lt: id } }] };
}
