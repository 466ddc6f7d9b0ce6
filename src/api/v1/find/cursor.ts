import { isJobId } from "../../../model/ids.ts";
import type { JobKey, JobQuery } from "../../../store/search.ts";

/** In what order a list is: by which time, or by ids where it is of those that begin alike. */
export type ListOrder = Pick<JobQuery, "by" | "order"> & { readonly byId?: boolean };

/** Where the next page of a list begins. Clients hand it back as they got it. It knows the order of its list, and goes on in no other. */
export function writeCursor({ at, id }: JobKey, order: ListOrder = {}): string {
  return Buffer.from(`${markOf(order)}${at}.${id}`).toString("base64url");
}

/** What is wrong with a cursor. */
export type BadCursor = "unknown" | "of_another_order";

export function readCursor(cursor: string, order: ListOrder = {}): JobKey | BadCursor {
  const match = /^([cif][<>])?(\d{1,15})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  const [, mark = "", at, id] = match ?? [];
  if (at === undefined || id === undefined || !isJobId(id)) return "unknown";
  const key = { at: Number(at), id };
  if (Buffer.from(`${mark}${key.at}.${id}`).toString("base64url") !== cursor) return "unknown";
  return mark === markOf(order) ? key : "of_another_order";
}

/** Nothing for newest first, by the time at which they were stored: cursors were so before there was another order. */
function markOf({ by = "created", order = "newest", byId = false }: ListOrder): string {
  const what = byId ? "i" : by === "created" ? "c" : "f";
  const direction = order === "newest" ? "<" : ">";
  return what === "c" && direction === "<" ? "" : `${what}${direction}`;
}
