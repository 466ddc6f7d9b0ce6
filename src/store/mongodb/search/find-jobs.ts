import type { Document, Filter } from "mongodb";
import { isFinal } from "../../../model/job/job.ts";
import { type JobFilter, type JobKey, type JobPage, type JobQuery, mostLookedAt } from "../../search.ts";
import type { Collections } from "../collections.ts";
import { summaryOf, summaryOnly } from "../documents/read-job.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { conditionsOf, type SortField, sortFieldOf } from "./conditions.ts";
import { type Lead, leadsOf } from "./leads.ts";
import { behind, comparePlaces, type Placed, placeOf, sinceTimeOf, sortBy, upTo } from "./places.ts";

const longestPage = 200;

/** Fewer than a page may look at: the server takes some microseconds for each key or job, whichever it is, and a page looks three times where its conditions have many each. */
const mostRead = mostLookedAt / 2;

const conditions = [
  "status",
  "workflow",
  "version",
  "labels",
  "waiting",
  "idPrefix",
  "ids",
  "created",
  "started",
  "finished",
] as const satisfies readonly (keyof JobFilter)[];

interface Search {
  readonly jobs: Collections["jobs"];
  readonly query: JobQuery;
  readonly limit: number;
  readonly field: SortField;
}

/**
 * One index leads, and is named: the server would choose by what it tried once. Where one says all and has the jobs in order, a page is read from it. Else each that
 * could is asked whether it has few: such a one is looked through; where all have many, the first in the wanted order is walked for as many as a page may look at.
 */
export async function findJobs({ jobs }: Collections, query: JobQuery): Promise<JobPage> {
  if (isNothing(query)) return { jobs: [] };
  const limit = Math.min(longestPage, Math.max(1, Math.trunc(query.limit)));
  const search: Search = { jobs, query, limit, field: sortFieldOf(query) };
  const leads = leadsOf(query);
  const asked = conditions.filter((name) => query[name] !== undefined);
  const whole = leads.find(
    ({ order, covers }) =>
      order === search.field && asked.every((name) => (covers as readonly string[]).includes(name)),
  );
  if (whole !== undefined && query.ids === undefined) return pageOf(search, await inOrder(search, whole));
  // The ids that are asked for are looked at all, as their number is bounded.
  const reaches = query.ids === undefined ? await Promise.all(leads.map((lead) => reachOf(search, lead))) : [];
  const few = leads.find((_, index) => !(reaches[index]?.hasMany ?? false));
  if (few !== undefined) return lookThrough(search, few);
  for (const [index, lead] of leads.entries()) {
    const end = reaches[index]?.end;
    if (end !== undefined) return pageOf(search, await inOrder(search, lead, upTo(end, search.field, query)), end);
  }
  throw new Error("No index has the jobs in the order that is asked for");
}

/** What waits has not ended. */
function isNothing({ by, finished, status, waiting, ids }: JobQuery): boolean {
  const haveEnded = by === "finished" || finished !== undefined;
  if (status?.length === 0 || waiting?.length === 0 || ids?.length === 0) return true;
  return haveEnded && (waiting !== undefined || (status !== undefined && !status.some(isFinal)));
}

function filterOf(
  { query, field }: Search,
  { bounds, label }: Lead,
  ...more: readonly Document[]
): Filter<JobDocument> {
  const after = query.after === undefined ? [] : [behind(query.after, field, query)];
  return { $and: [bounds, ...conditionsOf(query, label), ...after, ...more] };
}

/** One more than a page has, if there are. */
function inOrder(search: Search, lead: Lead, ...more: readonly Document[]): Promise<JobDocument[]> {
  const { jobs, query, limit, field } = search;
  const options = { projection: summaryOnly, sort: sortBy(field, query), limit: limit + 1, hint: lead.hint };
  return jobs.find(filterOf(search, lead, ...more), options).toArray();
}

function pageOf({ limit, field }: Search, found: readonly JobDocument[], otherwise?: JobKey): JobPage {
  const page = found.slice(0, limit);
  const jobs = page.flatMap((document) => summaryOf(document) ?? []);
  const last = page.at(-1);
  const next = found.length > limit && last !== undefined ? placeOf(last, field) : otherwise;
  return { jobs, ...(next !== undefined && { next }) };
}

/** What the lead has behind the place where the page before ended, as far as it knows places. */
function rest({ query, field }: Search, { bounds, order }: Lead): Document {
  const knows = query.after !== undefined && order === field;
  return knows ? { $and: [bounds, behind(query.after, field, query)] } : bounds;
}

interface Reach {
  /** More than may be looked at. */
  readonly hasMany: boolean;
  /** Of a lead in the wanted order that has many: the place up to which a page may look. */
  readonly end?: JobKey;
}

/** Reads index keys alone, where not more than may be looked at have the time of the place where the page before ended. */
async function reachOf(search: Search, lead: Lead): Promise<Reach> {
  const { jobs, query, field } = search;
  if (lead.order !== field) {
    const stages = [{ $match: rest(search, lead) }, { $limit: mostRead + 1 }, { $count: "jobs" }];
    const [found] = await jobs.aggregate<{ readonly jobs: number }>(stages, { hint: lead.hint }).toArray();
    return { hasMany: (found?.jobs ?? 0) > mostRead };
  }
  const { after } = query;
  const isTimed = after !== undefined && field !== "_id";
  const end = await endOf(
    search,
    lead,
    isTimed ? { $and: [lead.bounds, sinceTimeOf(after, field, query)] } : rest(search, lead),
  );
  const isBehind = end === undefined || after === undefined || comparePlaces(query)(after, end) < 0;
  const exact = isBehind ? end : await endOf(search, lead, rest(search, lead));
  return exact === undefined ? { hasMany: false } : { hasMany: true, end: exact };
}

/** The place of the last that may be looked at; undefined where there are not so many. */
async function endOf({ jobs, query, field }: Search, { hint }: Lead, bounds: Document): Promise<JobKey | undefined> {
  const options = {
    projection: { _id: 1, [field]: 1 },
    sort: sortBy(field, query),
    skip: mostRead - 1,
    limit: 1,
    hint,
  };
  const [last] = await jobs.find<Placed>(bounds, options).toArray();
  return last === undefined ? undefined : placeOf(last, field);
}

async function lookThrough(search: Search, lead: Lead): Promise<JobPage> {
  const { jobs, query, limit, field } = search;
  if (lead.order === field && query.ids === undefined) return pageOf(search, await inOrder(search, lead));
  const options = { projection: { _id: 1, createdAt: 1, finishedAt: 1 }, hint: lead.hint };
  const fitting = await jobs.find<Placed>(filterOf(search, lead), options).toArray();
  const places = fitting.map((job) => placeOf(job, field)).sort(comparePlaces(query));
  const ids = places.slice(0, limit + 1).map(({ id }) => id);
  const found = await jobs.find({ _id: { $in: ids }, shown: { $exists: true } }, { projection: summaryOnly }).toArray();
  const documents = new Map(found.map((document) => [document._id, document]));
  const page = ids.slice(0, limit).flatMap((id) => documents.get(id) ?? []);
  const last = places[limit - 1];
  return { ...pageOf(search, page), ...(ids.length > limit && last !== undefined && { next: last }) };
}
