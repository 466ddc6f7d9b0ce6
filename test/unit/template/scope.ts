import type { JsonValue } from "../../../src/model/json.ts";
import type { Scope } from "../../../src/template/template.ts";

/** What references see in a test; responses are bodies, written as JSON unless they are texts. */
export function scopeWith(given: {
  readonly input?: { readonly [name: string]: JsonValue };
  readonly env?: { readonly [name: string]: string };
  readonly responses?: { readonly [task: string]: JsonValue };
}): Scope {
  const { input = {}, env = {}, responses = {} } = given;
  return {
    input,
    env: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    response: (task) => (Object.hasOwn(responses, task) ? responses[task] : undefined),
  };
}
