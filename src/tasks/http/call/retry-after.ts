import type { IncomingHttpHeaders } from "node:http";
import { headerOf } from "./exchange.ts";

/**
 * When a service asks to be called again, in ms from now: `Retry-After` as seconds or as a date (RFC 9110 section
 * 10.2.3), which is compared with the service's own clock where it tells it.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const text = headerOf(headers, "retry-after")?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const at = dateMs(text);
  return at === undefined ? undefined : Math.max(0, at - (dateMs(headerOf(headers, "date")) ?? nowMs));
}

/** The three forms of RFC 9110 section 5.6.7 begin with the name of a day; all are in UTC. */
function dateMs(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const ms = Date.parse(/gmt|utc/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
