import type { FastifyRequest } from "fastify";
import { Type } from "typebox";

/** The query parameter beside the header. */
export const lastEventId = "last_event_id";

export const LastEventId = Type.Optional(
  Type.String({
    description: "`id` of the last event that was received: go on behind it; the header wins over the parameter",
  }),
);

/**
 * Behind what a client wants to go on. The header is what an `EventSource` sends when it connects again, and newer than the parameter of its URL. Empty: from
 * the beginning. A parameter that is given twice is answered as it came, which is no id.
 */
export function lastEventIdOf({ headers, query }: FastifyRequest): string | undefined {
  const given = headers["last-event-id"] ?? (query as { readonly [lastEventId]?: string | string[] })[lastEventId];
  if (given === undefined || given === "") return undefined;
  return [given].flat().join(", ");
}
