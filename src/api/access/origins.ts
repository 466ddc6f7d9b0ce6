import type { IncomingHttpHeaders } from "node:http";
import { WorkflowsError } from "../../model/errors.ts";

/**
 * Against pages of other sites that call this server from a user's browser: browsers mark such requests.
 * Programs send neither header and are not asked.
 */
export function originRefusal(headers: IncomingHttpHeaders): WorkflowsError | undefined {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return new WorkflowsError("origin_refused", "Requests that a page of another site makes are refused");
  const { origin } = headers;
  if (origin !== undefined && !isOwnOrigin(origin, headers.host ?? ""))
    return new WorkflowsError("origin_refused", "Requests from another origin than the server's own are refused");
  return undefined;
}

/** Scheme apart, which a proxy in front may change. */
function isOwnOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  return url.host === URL.parse(`${url.protocol}//${host}`)?.host;
}
