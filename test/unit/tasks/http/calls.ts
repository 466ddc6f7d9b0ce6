import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { JsonObject, JsonValue } from "../../../../src/model/json.ts";
import type { Resolve } from "../../../../src/tasks/http/call/connector.ts";
import { createHttpKind, type HttpKind } from "../../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings, type HttpSettings } from "../../../../src/tasks/http/settings.ts";
import type { AttemptContext } from "../../../../src/tasks/kind.ts";
import { render } from "../../../../src/template/render.ts";
import type { Scope } from "../../../../src/template/template.ts";
import { attemptContext } from "../../../support/worker/attempt-context.ts";

export interface Caller extends AsyncDisposable {
  readonly kind: HttpKind;
  /** Checks the part, renders it and runs one attempt, as a worker does. */
  call(part: JsonObject, options?: CallOptions): Promise<Outcome>;
}

export interface CallOptions extends Partial<AttemptContext> {
  readonly input?: JsonObject;
  readonly env?: { readonly [name: string]: string };
}

export function newCaller(settings: Partial<HttpSettings> = {}, resolve?: Resolve): Caller {
  const kind = createHttpKind({ ...defaultHttpSettings, ...settings }, "1.2.3", resolve);
  return {
    kind,
    async call(part, { input = {}, env = {}, ...context } = {}) {
      const scope: Scope = { input, env: (name) => env[name], response: () => undefined };
      const spec = render(kind.check(part, "").spec, scope);
      return kind.run(spec, attemptContext({ idempotencyKey: "key-1", ...context }));
    },
    [Symbol.asyncDispose]: () => kind.close(),
  };
}

/** The code of a failed outcome, or its kind. */
export function codeOf(outcome: Outcome): string {
  return outcome.kind === "failed" ? outcome.error.code : outcome.kind;
}

export function responseOf(outcome: Outcome): JsonObject {
  return objectOf(resultOf(outcome)?.response);
}

export function requestOf(outcome: Outcome): JsonObject {
  return objectOf(resultOf(outcome)?.request);
}

function resultOf(outcome: Outcome) {
  return "result" in outcome ? outcome.result : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}
