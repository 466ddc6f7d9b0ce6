import type { Document } from "mongodb";
import { areUntimed, notedFor } from "../../../model/search/waiting.ts";
import type { JobFilter, JobQuery } from "../../search.ts";
import { createdWithin, finishedWithin } from "../../search-bounds.ts";
import { anyQueue } from "../documents/queues.ts";
import { isWithin, prefixed, range, type SortField, shownOf } from "./conditions.ts";

/** An index that may lead: what it is asked, and the order in which it has the jobs. */
export interface Lead {
  readonly hint: string | Document;
  readonly bounds: Document;
  readonly order: SortField;
  /** Conditions of which nothing is left to be tried on what it finds. */
  readonly covers: readonly (keyof JobFilter)[];
  readonly label?: string;
}

/** Digests and values of inputs say more than a target does, and that more than an error that many have. */
function rank(label: string): number {
  return ["input:", "target:", "error:"].findIndex((kind) => label.startsWith(kind));
}

/** Those that a query may be led by, the best guess first. There is always one in the wanted order. */
export function leadsOf(query: JobQuery): Lead[] {
  const { status, workflow, labels = [], waiting, idPrefix, ids, finished } = query;
  const within = createdWithin(query);
  const created = within.from === undefined && within.to === undefined ? {} : { createdAt: range(within) };
  const leads: Lead[] = [];
  if (ids !== undefined)
    leads.push({ hint: { _id: 1 }, bounds: { _id: { $in: [...ids] } }, order: "_id", covers: ["ids"] });
  if (idPrefix !== undefined)
    // Tombstones have ids too: the prefix by itself does not say that all it finds are jobs.
    leads.push({ hint: { _id: 1 }, bounds: prefixed(idPrefix), order: "_id", covers: [] });
  for (const label of labels.toSorted((a, b) => rank(a) - rank(b)))
    leads.push({
      hint: "labels",
      bounds: { labels: label, ...created },
      order: "createdAt",
      covers: labels.length > 1 ? ["created"] : ["labels", "created"],
      label,
    });
  if (waiting !== undefined)
    leads.push({
      hint: "list_waiting",
      bounds: { queue: anyQueue, waiting: { $in: notedFor(waiting) }, ...created },
      order: "createdAt",
      covers: areUntimed(waiting) ? ["waiting", "created"] : ["created"],
    });
  if (query.by === "finished" || finished !== undefined)
    leads.push({
      hint: "ended",
      bounds: { finishedAt: isWithin(finishedWithin(query)) },
      order: "finishedAt",
      covers: ["finished"],
    });
  if (workflow !== undefined)
    leads.push({
      hint: "list_by_workflow",
      bounds: { workflow, ...shownOf(query), ...created },
      order: "createdAt",
      covers: ["workflow", "status", "created"],
    });
  else if (status !== undefined || leads.every(({ order }) => order !== "createdAt"))
    leads.push({
      hint: "list",
      bounds: { ...shownOf(query), ...created },
      order: "createdAt",
      covers: ["status", "created"],
    });
  return leads;
}
