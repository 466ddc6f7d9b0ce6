import type { FastifyReply, FastifyRequest } from "fastify";
import { WorkflowsError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { errorTable } from "./errors.ts";
import { securityHeaders } from "./security-headers.ts";

/** The body of every answer that is not a success. */
export function errorBody(error: WorkflowsError): string {
  return JSON.stringify({ error: error.message, code: error.code, details: error.details });
}

/** Seconds of `Retry-After`, at least 1; undefined where trying again is no use. */
export function retryAfterSeconds(error: WorkflowsError): number | undefined {
  if (errorTable[error.code].status !== 503 && error.retryAfterMs === undefined) return undefined;
  return Math.max(1, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
}

export function refusal(code: WorkflowsError["code"]): WorkflowsError {
  return new WorkflowsError(code, errorTable[code].message);
}

export function sendError(reply: FastifyReply, error: WorkflowsError): void {
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  // Fastify closes the connection after a body that it did not like. Node reads the rest away within the request's
  // time-out; closing before that would reset the connection under a client that is still sending and has not read the answer.
  reply.removeHeader("connection");
  reply
    .code(errorTable[error.code].status)
    .headers(securityHeaders)
    .type("application/json; charset=utf-8")
    .send(errorBody(error));
}

/** Answers whatever was thrown; what nobody expected is logged with its stack, which never leaves the process. */
export function errorHandler(logger: Log) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = translate(thrown, request);
    if (error === undefined) {
      logger.error({ err: thrown, requestId: request.id, method: request.method, url: request.url }, "Request failed");
      reply.header("x-request-id", request.id);
      sendError(reply, new WorkflowsError("internal", `${errorTable.internal.message} (request ${request.id})`));
      return;
    }
    if (error.code === "store_unavailable")
      logger.warn({ err: error, requestId: request.id, method: request.method, url: request.url }, "Store unavailable");
    sendError(reply, error);
  };
}

/** Ours as it is, Fastify's in our words, undefined for what should not have happened. */
function translate(thrown: unknown, { routeOptions }: FastifyRequest): WorkflowsError | undefined {
  if (thrown instanceof WorkflowsError) return thrown.code === "internal" ? undefined : thrown;
  if (!(thrown instanceof Error)) return undefined;
  switch (codeOf(thrown)) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new WorkflowsError(
        "input_too_large",
        `${errorTable.input_too_large.message}: this call takes ${routeOptions.bodyLimit} bytes at most`,
      );
    case "FST_ERR_MAX_PARAM_LENGTH":
      return refusal("uri_too_long");
    case "FST_ERR_BAD_URL":
      return new WorkflowsError("invalid_request", "The path is not percent-encoded UTF-8");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new WorkflowsError("invalid_request", "The body has another length than Content-Length says");
    case "ECONNRESET": // the client went away while sending; nobody reads this
      return new WorkflowsError("invalid_request", "The body ended early");
    default:
      return undefined;
  }
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
