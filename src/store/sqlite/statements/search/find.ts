import { type JobQuery, mostLookedAt } from "../../../search.ts";
import type { Prepare } from "../../database/database.ts";
import { type FoundColumns, type FoundPage, type Reads, summaryColumns } from "../../protocol.ts";
import { fitting } from "./fits.ts";
import { type Lead, leadsOf, sortingOf } from "./leads.ts";
import { type Bounds, compare, merged, placeIn, prepareRanges } from "./ranges.ts";

/** Digits of an id. */
const wholeId = 24;

export interface Finding {
  find(query: FindAsk): FoundPage;
}

type FindAsk = Reads["find"]["ask"];

/**
 * A page of jobs. One condition leads: of those whose index holds few jobs the first, all of them read; else that of which the index is in the order that is
 * asked for, walked until the page is full or enough was looked at. The other conditions are tried on what it finds.
 */
export function prepareFinding(prepare: Prepare): Finding {
  const ranges = prepareRanges(prepare);
  const byId = prepare(`SELECT ${summaryColumns}, labels FROM jobs WHERE id = ?`);

  /** Undefined where no lead holds few jobs. */
  function shortLead(leads: readonly Lead[]): Lead | undefined {
    return leads.find(({ ranges: ofLead, bounds }) => {
      let left = mostLookedAt;
      for (const range of ofLead) {
        left -= range.size(bounds, left + 1);
        if (left < 0) return false;
      }
      return true;
    });
  }

  function find(query: FindAsk): FoundPage {
    if (query.waiting !== undefined && (query.by === "finished" || query.finished !== undefined))
      return { rows: [], next: null }; // what has ended waits for nothing
    const ids = query.ids ?? (query.idPrefix?.length === wholeId ? [query.idPrefix] : undefined);
    if (ids !== undefined)
      return sorted(
        query,
        [...new Set(ids)].flatMap((id) => byId.all<FoundColumns>(id)),
      );
    const sorting = sortingOf(query);
    const leads = leadsOf(query, ranges);
    const inOrder = leads.filter((lead) => lead.sorting === sorting);
    const lead = leads.length === 1 ? leads[0] : (shortLead(leads.map((one) => behind(one, query))) ?? inOrder[0]);
    if (lead === undefined) throw new Error(`No index is sorted by ${sorting}`);
    if (lead.sorting === sorting) return walked(query, behind(lead, query));
    return sorted(query, [...merged(lead.ranges, lead.bounds, "oldest")]);
  }

  return { find };
}

/** The part of a lead that the pages before did not show; all of one that is in another order. */
function behind(lead: Lead, query: JobQuery): Lead {
  const { after, order } = query;
  if (after === undefined || lead.sorting !== sortingOf(query)) return lead;
  return {
    ...lead,
    bounds:
      order === "oldest"
        ? { ...lead.bounds, low: later(lead.bounds, after) }
        : { ...lead.bounds, high: earlier(lead.bounds, after) },
  };
}

function later({ low }: Bounds, after: Bounds["low"]): Bounds["low"] {
  return compare(low, after) < 0 ? after : low;
}

function earlier({ high }: Bounds, after: Bounds["high"]): Bounds["high"] {
  return compare(high, after) > 0 ? after : high;
}

function walked(query: FindAsk, { ranges, bounds, sorting }: Lead): FoundPage {
  const { order = "newest", limit } = query;
  const fits = fitting(query);
  const rows: FoundColumns[] = [];
  let looked = 0;
  for (const row of merged(ranges, bounds, order)) {
    if (fits(row)) {
      if (rows.length === limit) return { rows, next: endOf(sorting, rows) };
      rows.push(row);
    }
    looked += 1;
    if (looked === mostLookedAt) return { rows, next: placeIn(sorting, row) };
  }
  return { rows, next: null };
}

function sorted(query: FindAsk, candidates: readonly FoundColumns[]): FoundPage {
  const { order = "newest", limit, after } = query;
  const sorting = sortingOf(query);
  const fits = fitting(query);
  const sign = order === "oldest" ? 1 : -1;
  const rows = candidates
    .filter(fits)
    .map((row) => ({ row, place: placeIn(sorting, row) }))
    .filter(({ place }) => after === undefined || sign * compare(place, after) > 0)
    .sort((a, b) => sign * compare(a.place, b.place))
    .map(({ row }) => row);
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? endOf(sorting, page) : null };
}

function endOf(sorting: Lead["sorting"], rows: readonly FoundColumns[]): FoundPage["next"] {
  const last = rows.at(-1);
  return last === undefined ? null : placeIn(sorting, last);
}
