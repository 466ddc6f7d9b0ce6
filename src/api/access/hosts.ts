import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { WorkflowsError } from "../../model/errors.ts";

const hostPattern = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@?#\\\s]+))(?::\d{1,5})?$/i;

/**
 * Against DNS rebinding: a page whose name was pointed at this machine sends its own name as `Host`.
 * Answers a function that tells why a request is refused, or undefined.
 */
export function hostCheck(listenHost: string, allowedHosts: readonly string[]) {
  const allowed = new Set(["localhost", listenHost, hostname(), ...allowedHosts].map(canonicalName));
  const allowsAll = allowed.has("*");
  return (request: IncomingMessage): WorkflowsError | undefined => {
    const host = request.headers.host;
    if (host === undefined || host === "") return invalid("The Host header is missing");
    if (hasTwoHosts(request.rawHeaders)) return invalid("There is more than one Host header");
    const match = hostPattern.exec(host);
    if (match === null) return invalid("The Host header is malformed");
    const [, bracketed, name] = match;
    if (bracketed !== undefined) return isIP(bracketed) === 6 ? undefined : invalid("The Host header is malformed");
    if (name === undefined || allowsAll || isIP(name) !== 0 || allowed.has(canonicalName(name))) return undefined;
    return new WorkflowsError(
      "host_refused",
      `Requests for host "${name}" are refused; to take them, add it to allowed_hosts in the configuration`,
    );
  };
}

function invalid(message: string): WorkflowsError {
  return new WorkflowsError("invalid_request", message);
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Node shows the first one only; RFC 9112 section 3.2 refuses several. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count > 1;
}
