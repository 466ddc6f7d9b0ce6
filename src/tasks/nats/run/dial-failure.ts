import { errors } from "@nats-io/transport-node";
import { NatsFailure } from "../failure.ts";

/** What keeps a server from being reached, in our words. */
export function dialFailure(error: unknown, server: string, timeoutMs: number): NatsFailure {
  if (error instanceof errors.TimeoutError)
    return new NatsFailure("connect_timeout", `no connection to ${server} within ${timeoutMs} ms`, error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return new NatsFailure("auth_failed", `${server} refused the login: ${error.message}`, error);
  const reason = reasonOf(error);
  const code = codeOf(error);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new NatsFailure("dns_failed", `${server} was not found: ${reason}`, error);
  if (isAboutTls(code, reason)) return new NatsFailure("tls_failed", `no TLS with ${server}: ${reason}`, error);
  return new NatsFailure("connect_failed", `no connection to ${server}: ${reason}`, error);
}

/** An error in one line; of many addresses tried, each. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error)) return "closed by the other side";
  return error.message === "" && error.cause !== undefined ? reasonOf(error.cause) : error.message;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
}

/** OpenSSL's codes for certificates, Node's for TLS, and the library's own words for a server without. */
function isAboutTls(code: string, reason: string): boolean {
  return /TLS|SSL|CERT|SIGNATURE|UNABLE_TO_|SELF_SIGNED/.test(code) || /does not support 'tls'/.test(reason);
}
