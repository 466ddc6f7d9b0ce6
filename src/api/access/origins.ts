import type { IncomingHttpHeaders } from "node:http";
import { WorkflowsError } from "../../model/errors.ts";

/**
 * Against pages of other sites that call this server from a user's browser: browsers mark such requests.
 * Programs send neither header and are not asked. `allowed`: origins whose pages may call.
 */
export function originRefusal(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): WorkflowsError | undefined {
  const { origin } = headers;
  if (origin !== undefined && allowed.has(origin)) return undefined; // exactly as browsers write it; no page can claim another one's
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return refused("a page of another site", origin);
  if (origin !== undefined && !isOwnOrigin(origin, headers.host ?? ""))
    return refused("a page of another origin than the server's own", origin);
  return undefined;
}

function refused(who: string, origin: string | undefined): WorkflowsError {
  const isNameable = origin !== undefined && URL.parse(origin)?.origin === origin && origin !== "null";
  const remedy = isNameable ? `; to take them, add ${JSON.stringify(origin)} to allowed_origins` : "";
  return new WorkflowsError("origin_refused", `Requests that ${who} makes are refused${remedy}`);
}

/** Scheme apart, which a proxy in front may change. */
function isOwnOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  return url.host === URL.parse(`${url.protocol}//${host}`)?.host;
}
