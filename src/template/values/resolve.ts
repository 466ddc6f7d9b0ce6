import { isJsonObject, type JsonValue } from "../../model/json.ts";
import { RenderError } from "../render-error.ts";
import type { Reference, Scope } from "../template.ts";
import { valueAt } from "./value-path.ts";

/** Finds the values of references; undefined is a missing one, whose default is for whoever asks to write. */
export type Resolve = (reference: Reference) => JsonValue | undefined;

/** Texts that are read as JSON are parsed once, however many references there are to them. */
export function resolverFor(scope: Scope): Resolve {
  const parsed = new Map<string, JsonValue | undefined>();
  const once = (key: string, parse: () => JsonValue | undefined): JsonValue | undefined => {
    if (!parsed.has(key)) parsed.set(key, parse());
    return parsed.get(key);
  };
  const find = (reference: Reference): JsonValue | undefined => {
    const { name, path } = reference;
    switch (reference.from) {
      case "env":
        return scope.env(name) || undefined; // as in the shell's `:-`, an empty variable is a missing one
      case "input": {
        const input = Object.hasOwn(scope.input, name) ? scope.input[name] : undefined;
        if (path === undefined) return input;
        return inside(
          once(`input ${name}`, () => inputJson(input)),
          path,
        );
      }
      case "result":
        return inside(
          once(`result ${name}`, () => responseJson(name, scope.response(name))),
          path ?? [],
        );
      case "variable":
        return inside(scope.variable?.(name), path ?? []);
      case "item":
        return inside(scope.item?.(name), path ?? []);
      case "turn":
        return scope.turn?.(name);
      default:
        return reference.from satisfies never;
    }
  };
  return (reference) => {
    const value = find(reference);
    return reference.default !== undefined && isNoResult(reference, value) ? undefined : value;
  };
}

/** Of what a task brought, nothing and an empty text count as missing where there is a default, as in the original; of an input they are values. */
function isNoResult({ from }: Reference, value: JsonValue | undefined): boolean {
  return from === "result" && (value === null || value === "");
}

function inside(value: JsonValue | undefined, path: readonly (string | number)[]): JsonValue | undefined {
  return value === undefined ? undefined : valueAt(value, path);
}

function inputJson(input: JsonValue | undefined): JsonValue | undefined {
  if (typeof input !== "string") return input;
  return parseJson(input);
}

function responseJson(task: string, response: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(response)) return undefined;
  if (Object.hasOwn(response, "json")) return response["json"];
  const { body, truncated } = response;
  if (truncated === true)
    throw new RenderError(
      `The response of task "${task}" was stored cut, because it is larger than max_result_bytes: its JSON cannot be read`,
    );
  if (typeof body !== "string") return undefined;
  return parseJson(body);
}

/** A text that is not JSON holds nothing that could be asked for: it is missing, as in the original. */
function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new RenderError("A text is nested too deeply for its JSON to be read");
  }
}
