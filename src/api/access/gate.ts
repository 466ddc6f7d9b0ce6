import type { FastifyReply, FastifyRequest } from "fastify";
import { WorkflowsError } from "../../model/errors.ts";
import { refusal } from "../error-reply.ts";
import { securityHeaders } from "../security-headers.ts";
import type { ApiSettings } from "../settings.ts";
import { roleAllows, tokenFinder } from "../tokens.ts";
import type { AllowedMethods } from "./allowed-methods.ts";
import { answerPreflight, shareWith } from "./cross-origin.ts";
import { hostCheck } from "./hosts.ts";
import { originRefusal } from "./origins.ts";

/** The one hook in front of every route: it decides from the head of a request, before any of its body is read. */
export function gate(settings: ApiSettings, allowedMethods: AllowedMethods) {
  const hostRefusal = hostCheck(settings.listenHost, settings.allowedHosts);
  const origins = new Set(settings.allowedOrigins);
  const authenticate = authentication(settings);
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    reply.headers(securityHeaders);
    shareWith(origins, request, reply);
    const outside = hostRefusal(request.raw) ?? originRefusal(request.headers, origins);
    if (outside === undefined && answerPreflight(origins, request, reply, allowedMethods)) return;
    const refused =
      outside ??
      authenticate(request, reply) ??
      pathRefusal(request, reply, allowedMethods) ??
      encodingRefusal(request);
    if (refused !== undefined) {
      done(refused);
      return;
    }
    // Bodies are JSON whatever they are called; without this Fastify would refuse a malformed Content-Type.
    request.raw.headers["content-type"] = undefined;
    done();
  };
}

function authentication({ tokens }: ApiSettings) {
  if (tokens.length === 0) return (): undefined => undefined;
  const tokenOf = tokenFinder(tokens);
  return (request: FastifyRequest, reply: FastifyReply): WorkflowsError | undefined => {
    const needed = request.routeOptions.config.role ?? "read";
    const token = tokenOf(request.headers.authorization);
    request.isKnown = token !== undefined;
    if (needed === "open") return undefined;
    if (token === undefined) {
      reply.header("www-authenticate", 'Bearer realm="workflows"');
      return new WorkflowsError("unauthenticated", whatIsNeeded(request.headers.authorization));
    }
    request.caller = token.name;
    if (roleAllows(token.role, needed)) return undefined;
    return new WorkflowsError("forbidden", `This needs role ${needed}; token "${token.name}" has role ${token.role}`);
  };
}

function whatIsNeeded(authorization: string | undefined): string {
  if (authorization === undefined) return "An API token is needed: Authorization: Bearer <token>";
  if (/^bearer\b/i.test(authorization)) return "The API token is not known";
  return "An API token is needed behind the word Bearer: Authorization: Bearer <token>";
}

function pathRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: AllowedMethods,
): WorkflowsError | undefined {
  if (!request.is404 && !allowed.isMistaken(request.routeOptions.url, request.url)) return undefined;
  const methods = allowed.of(request.url);
  if (methods.length === 0) return noSuchPath(allowed.meant(request.url));
  reply.header("allow", methods.join(", "));
  return new WorkflowsError("method_not_allowed", `This path takes ${methods.join(", ")}, not ${request.method}`);
}

function noSuchPath(meant: string | undefined): WorkflowsError {
  if (meant === undefined) return refusal("route_not_found");
  const message = `There is no such path; did you mean ${meant}? /docs shows those that there are`;
  return new WorkflowsError("route_not_found", message);
}

/** Nothing is decompressed, so nothing can grow on the way in. */
function encodingRefusal(request: FastifyRequest): WorkflowsError | undefined {
  const encoding = request.headers["content-encoding"];
  return encoding === undefined || encoding.toLowerCase() === "identity"
    ? undefined
    : refusal("unsupported_content_encoding");
}
