import type { JobQuery } from "../../../store/search.ts";
import { notKnown } from "../../query.ts";
import { Asked } from "./asked.ts";
import { type ListOrder, readCursor } from "./cursor.ts";
import { type FilterContext, readJobFilter } from "./filter.ts";

const defaultLimit = 50;
const maxLimit = 200;

const sorts: Readonly<Record<string, Pick<JobQuery, "by" | "order">>> = {
  "-insert_time": {},
  insert_time: { order: "oldest" },
  "-finish_time": { by: "finished" },
  finish_time: { by: "finished", order: "oldest" },
};

export const sortNames: readonly string[] = Object.keys(sorts);

/** Reads the query of a list, with every mistake at once; throws invalid_request, store_unavailable. */
export async function parseJobQuery(
  query: Readonly<Record<string, unknown>>,
  context: FilterContext,
): Promise<{ readonly query: JobQuery; readonly order: ListOrder }> {
  const asked = new Asked(query);
  const filter = await readJobFilter(asked, context, ["sort", "limit", "cursor"]);
  const limit = asked.whole("limit", 1, maxLimit) ?? defaultLimit;
  const order = orderOf(asked);
  const after = cursorOf(asked, order);
  asked.throwIfMistaken();
  const { by, order: direction } = order;
  return {
    query: {
      ...filter,
      ...(by !== undefined && { by }),
      ...(direction !== undefined && { order: direction }),
      limit,
      ...(after !== undefined && { after }),
    },
    order,
  };
}

function orderOf(asked: Asked): ListOrder {
  const byId = asked.value("id_prefix") !== undefined && asked.value("idempotency_key") === undefined;
  const sort = asked.text("sort") ?? "-insert_time";
  const order = Object.hasOwn(sorts, sort) ? sorts[sort] : undefined;
  if (order === undefined) asked.complain("sort", `${JSON.stringify(sort)} ${notKnown(sort, sortNames)}`);
  if (byId && order?.by === "finished")
    asked.complain("sort", "jobs with an id_prefix come in the order of their ids: insert_time or -insert_time");
  return { ...order, byId };
}

function cursorOf(asked: Asked, order: ListOrder): JobQuery["after"] {
  const text = asked.text("cursor");
  if (text === undefined) return undefined;
  const cursor = readCursor(text, order);
  switch (cursor) {
    case "unknown":
      return asked.complain("cursor", "is not a cursor that this server gave");
    case "of_another_order":
      return asked.complain(
        "cursor",
        "is of a list in another order: it goes on only under the sort that it came with",
      );
    default:
      return cursor;
  }
}
