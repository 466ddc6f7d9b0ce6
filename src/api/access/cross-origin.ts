import type { FastifyReply, FastifyRequest } from "fastify";
import type { AllowedMethods } from "./allowed-methods.ts";

/** Headers of the API's requests that a page may send without being simple (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). */
const requestHeaders = ["authorization", "content-type", "idempotency-key", "last-event-id", "x-workflows-min-version"];

/** Headers of its answers that a page may read, beside those that it may anyway. */
const answerHeaders = [
  "allow",
  "idempotency-replayed",
  "location",
  "retry-after",
  "www-authenticate",
  "x-request-id",
  "x-workflows-warning",
];

/** How long a browser need not ask again, in seconds. */
const rememberedSeconds = 600;

/**
 * Lets a browser show answers to pages of the origins that are allowed; it keeps them from all others. Never with cookies or logins that the browser
 * itself has: a token is what the page sends.
 */
export function shareWith(allowed: ReadonlySet<string>, { headers }: FastifyRequest, reply: FastifyReply): void {
  if (allowed.size === 0) return;
  reply.header("vary", "origin");
  if (headers.origin === undefined || !allowed.has(headers.origin)) return;
  reply.headers({
    "access-control-allow-origin": headers.origin,
    "access-control-expose-headers": answerHeaders.join(", "),
  });
}

/** Answers what a browser asks before it sends the request of a page of an allowed origin; false where this is no such question. It comes without token. */
export function answerPreflight(
  allowed: ReadonlySet<string>,
  { method, headers, url }: FastifyRequest,
  reply: FastifyReply,
  methods: AllowedMethods,
): boolean {
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  if (headers.origin === undefined || !allowed.has(headers.origin)) return false;
  const taken = methods.of(url);
  void reply.code(204).headers({
    // Of a path that is not there the page hears by the 404 itself.
    "access-control-allow-methods": (taken.length === 0 ? ["GET", "HEAD", "POST", "DELETE"] : taken).join(", "),
    "access-control-allow-headers": requestHeaders.join(", "),
    "access-control-max-age": String(rememberedSeconds),
  });
  void reply.send();
  return true;
}
