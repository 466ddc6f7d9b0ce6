import { Type } from "typebox";
import { mostInBulk } from "../../../jobs/bulk/bulk.ts";
import type { BulkPlace } from "../../../jobs/bulk/bulk-place.ts";
import type { ErrorDetail } from "../../../model/errors.ts";
import { isJsonObject, type JsonObject } from "../../../model/json.ts";
import type { JobFilter } from "../../../store/search.ts";
import { type ActionBody, mistakesIn, objectOf, throwIfAny } from "../action-body.ts";
import { Asked } from "../find/asked.ts";
import { type FilterContext, readJobFilter } from "../find/filter.ts";
import { FilterBody } from "../find/jobs.ts";
import type { BulkAction } from "./actions.ts";
import { readPlace, type WalkIdentity } from "./place.ts";

/** What a bulk call takes beside what the action takes. */
export const bulkMembers = ["filter", "all", "limit", "cursor", "dryRun"] as const;

/** The same, as documents describe it. */
export const BulkMembers = {
  filter: Type.Optional(FilterBody),
  all: Type.Optional(Type.Boolean({ description: "true, without a filter: every job" })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostInBulk, default: mostInBulk })),
  cursor: Type.Optional(Type.String({ description: "`next` of the call before" })),
  dryRun: Type.Optional(
    Type.Boolean({
      default: false,
      description: "Nothing is done; the answer tells what would be, refusals too",
    }),
  ),
};

export interface BulkBody {
  readonly filter: JobFilter;
  readonly limit: number;
  readonly from?: BulkPlace;
  readonly walk: WalkIdentity;
  readonly dryRun: boolean;
  /** What the action is told of each job. */
  readonly asked: ActionBody;
}

/** Reads the body of a bulk call, with every mistake at once. Throws invalid_body, invalid_request, store_unavailable. */
export async function parseBulkBody(
  body: unknown,
  name: string,
  action: BulkAction,
  context: FilterContext,
): Promise<BulkBody> {
  const given = objectOf(body, context.settings);
  const { filter: picked = {}, all, limit = mostInBulk, cursor, dryRun = false, ...asked } = given;
  const mistakes: ErrorDetail[] = mistakesIn(given, ["reason", ...action.members], action.required ?? [], bulkMembers);
  const complain = (member: (typeof bulkMembers)[number], message: string): void =>
    void mistakes.push({ at: `/${member}`, message });
  const ofFilter: ErrorDetail[] = [];
  const filter = isJsonObject(picked) ? await readFilter(picked, context, ofFilter) : {};
  const meansAll = ofFilter.length === 0 && Object.keys(filter).length === 0;
  mistakes.push(...ofFilter);
  if (!isJsonObject(picked)) complain("filter", "must be an object");
  else if (meansAll && all !== true)
    complain("filter", 'is empty, so that it means every job: say which ones, or set "all" to true');
  else if (Object.keys(picked).length > 0 && all !== undefined)
    complain("all", "is there to mean every job, and the filter names some: leave out one of the two");
  if (all !== undefined && typeof all !== "boolean") complain("all", "must be true or false");
  if (typeof dryRun !== "boolean") complain("dryRun", "must be true or false");
  if (!isLimit(limit)) complain("limit", `must be a whole number from 1 to ${mostInBulk}`);
  const walk = { action: name, filter: isJsonObject(picked) ? picked : {} };
  const from = typeof cursor === "string" ? readPlace(cursor, walk) : cursor === undefined ? undefined : "unknown";
  if (from === "unknown") complain("cursor", "is not one that a server gave");
  if (from === "of_another_walk") complain("cursor", "is of another action or another filter: go on with the same");
  throwIfAny(mistakes);
  return {
    filter,
    limit: Number(limit),
    dryRun: dryRun === true,
    asked,
    walk,
    ...(typeof from === "object" && { from }),
  };
}

async function readFilter(picked: JsonObject, context: FilterContext, mistakes: ErrorDetail[]): Promise<JobFilter> {
  const asked = new Asked(picked, "/filter");
  const filter = await readJobFilter(asked, context);
  mistakes.push(...asked.mistakes);
  return filter;
}

function isLimit(limit: unknown): boolean {
  return typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 1 && limit <= mostInBulk;
}
