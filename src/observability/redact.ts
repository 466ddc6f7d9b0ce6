import { masked, nameMatcher } from "../model/redaction.ts";

/** Deeper values are not looked into: what is logged is flat, and a cycle has to end somewhere. */
const maxDepth = 6;

/** Names are few and come again in every line, so each is matched once; more than this many are not ours. */
const maxRemembered = 2000;

/** Answers a function that hides secrets in the fields of a log line, by their names. */
export function fieldRedaction(secretNames: readonly string[]): (fields: object) => Record<string, unknown> {
  const matches = nameMatcher(secretNames);
  const remembered = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    let secret = remembered.get(name);
    if (secret === undefined) {
      secret = matches(name);
      if (remembered.size < maxRemembered) remembered.set(name, secret);
    }
    return secret;
  };
  return (fields) => redactFields(fields, isSecret, 1);
}

function redactFields(fields: object, isSecret: (name: string) => boolean, depth: number): Record<string, unknown> {
  const given = fields as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name in given) {
    const value = given[name];
    const written = value !== undefined && isSecret(name) ? masked : redactValue(value, isSecret, depth);
    if (written === value) continue;
    copy ??= { ...given }; // most lines hold no secret and are written as they are
    copy[name] = written;
  }
  return copy ?? given;
}

function redactValue(value: unknown, isSecret: (name: string) => boolean, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return redactFields(describeError(value), isSecret, depth);
  if (depth >= maxDepth) return "[too deep]";
  if (Array.isArray(value)) return value.map((item) => redactValue(item, isSecret, depth + 1));
  return redactFields(value, isSecret, depth + 1);
}

/** Name, message, code, stack and cause: other properties of an error may hold anything. */
function describeError(error: Error, depth = 1): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code =
    "code" in error && (typeof error.code === "string" || typeof error.code === "number") ? error.code : undefined;
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause instanceof Error && depth < maxDepth && { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError && { errors: error.errors.slice(0, 10).map(String) }),
  };
}
