import type { Outcome } from "../../model/job/task-execution.ts";
import { nameMatcher } from "../../model/redaction.ts";
import type { Rendered } from "../../template/template.ts";
import type { AttemptContext, TaskKind } from "../kind.ts";
import { HttpClient } from "./call/client.ts";
import { type Resolve, systemResolve } from "./call/connector.ts";
import { HttpFailure, httpFailures } from "./call/failure.ts";
import { failureOutcome, outcomeOf } from "./call/outcome.ts";
import { Redactor } from "./call/redact.ts";
import { buildRequest, type HttpRequest, originCalled } from "./call/request.ts";
import { storedRequest } from "./call/stored-request.ts";
import { checkHttpPart } from "./definition/check.ts";
import { httpSchema } from "./definition/schema.ts";
import type { HttpSpec } from "./definition/spec.ts";
import type { HttpSettings } from "./settings.ts";

export interface HttpKind extends TaskKind<HttpSpec> {
  /** Ends every connection; attempts that run are interrupted. */
  close(): Promise<void>;
}

/** The kind of tasks that call a service over HTTP. `version`: of this product, for `User-Agent`. */
export function createHttpKind(settings: HttpSettings, version: string, resolve: Resolve = systemResolve): HttpKind {
  const own = { ...settings, userAgent: settings.userAgent || `workflows/${version}` };
  const client = new HttpClient(own, resolve);
  const secretHeader = nameMatcher(settings.redactHeaders);
  return {
    type: "http",
    schema: httpSchema,
    failures: httpFailures,
    check: (part, at) => checkHttpPart(part, at, settings.refusePrivate),
    target: originCalled,
    run: (spec, attempt) => runAttempt(spec, attempt, own, client, new Redactor(secretHeader, attempt.secrets)),
    close: () => client.close(),
  };
}

async function runAttempt(
  spec: Rendered<HttpSpec>,
  attempt: AttemptContext,
  settings: HttpSettings,
  client: HttpClient,
  redactor: Redactor,
): Promise<Outcome> {
  let request: HttpRequest;
  try {
    request = buildRequest(spec, attempt, settings);
  } catch (error) {
    if (error instanceof HttpFailure) return failureOutcome(error, redactor);
    throw error;
  }
  const { origin, target, method, headers, body } = request;
  const exchanged = await client.send(
    { origin, path: target, method, headers, body },
    {
      connectTimeoutMs: spec.connectTimeoutMs ?? settings.connectTimeoutMs,
      responseTimeoutMs: spec.responseTimeoutMs ?? settings.responseTimeoutMs,
      maxBytes: settings.maxResponseBytes,
    },
    isRepeatable(request, attempt, settings),
    attempt.signal,
  );
  const stored = storedRequest(request, redactor);
  if (exchanged.kind === "aborted") return { kind: "interrupted", result: { request: stored } };
  if (exchanged.kind === "failed") return failureOutcome(exchanged.failure, redactor, stored);
  return outcomeOf(exchanged.answer, spec.statusCodes, settings.maxResponseBytes, redactor, stored);
}

/** RFC 9110 section 9.2.2. */
const idempotentMethods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];

/** Whether a request that may have arrived can be sent again within the attempt: it changes nothing the second time, or the service can tell that it is the same. */
function isRepeatable({ method }: HttpRequest, attempt: AttemptContext, settings: HttpSettings): boolean {
  if (attempt.atMostOnce === true) return false;
  return idempotentMethods.includes(method) || (settings.idempotencyHeader !== "" && attempt.idempotencyKey !== "");
}
