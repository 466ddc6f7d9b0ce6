import { isJsonObject, type JsonValue } from "../model/json.ts";
import { encode } from "./encode.ts";
import { RenderError } from "./render-error.ts";
import { checkRenderedUri } from "./rendered-uri.ts";
import type { JsonTemplateNode, Reference, Rendered, Scope, TextPart } from "./template.ts";
import { type Resolve, resolverFor } from "./values/resolve.ts";
import { weigh } from "./values/weigh.ts";

/** Characters that one spec may render to. Far above what a call may send; it keeps a hostile definition from filling the memory. */
const maxRenderedChars = 16 * 1024 * 1024;

/**
 * Renders every template of a spec, in one pass: what a reference brings is never read as a template. A missing value
 * renders to its default or to nothing. Neither spec nor scope is changed; values may be shared with the scope.
 * Throws `RenderError`, nothing else.
 */
export function render<Spec extends JsonValue>(spec: Spec, scope: Scope): Rendered<Spec>;
export function render(spec: JsonValue, scope: Scope): JsonValue {
  return renderSpec(spec, boundedResolver(scope));
}

/** Lets through only values that together stay within the bounds. */
function boundedResolver(scope: Scope): Resolve {
  const resolve = resolverFor(scope);
  let chars = 0;
  return (reference) => {
    const value = resolve(reference);
    if (value !== undefined) chars += weigh(value);
    if (chars > maxRenderedChars)
      throw new RenderError(`The templates render to more than ${maxRenderedChars} characters`);
    return value;
  };
}

function renderSpec(spec: JsonValue, resolve: Resolve): JsonValue {
  if (Array.isArray(spec)) return spec.map((item) => renderSpec(item, resolve));
  if (!isJsonObject(spec)) return spec;
  const template = asTemplate(spec);
  switch (template?.kind) {
    case "text":
      return renderText(template.parts, resolve);
    case "uri": {
      const origin = renderText(template.origin, resolve);
      const rest = renderText(template.rest, resolve);
      checkRenderedUri(origin, rest);
      return origin + rest;
    }
    case "json":
      return renderNode(template.node, resolve);
    case "json_text":
      return renderNodeText(template.node, resolve);
    case undefined:
      return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, renderSpec(value, resolve)]));
    default:
      return template satisfies never;
  }
}

type Template =
  | { kind: "text"; parts: readonly TextPart[] }
  | { kind: "uri"; origin: readonly TextPart[]; rest: readonly TextPart[] }
  | { kind: "json" | "json_text"; node: JsonTemplateNode };

/**
 * A template, or undefined for an object of another meaning: maps with keys of a user's choice, such as headers, may
 * hold `$text` as well, but then with a template under it, which never looks like what is under a template's own key.
 */
function asTemplate(spec: { [key: string]: JsonValue }): Template | undefined {
  const [key, ...others] = Object.keys(spec);
  if (others.length > 0) return undefined;
  const value = key === undefined ? undefined : spec[key];
  switch (key) {
    case "$text":
      return Array.isArray(value) ? { kind: "text", parts: value as readonly TextPart[] } : undefined;
    case "$uri":
      return isJsonObject(value) && Array.isArray(value["origin"]) && Array.isArray(value["rest"])
        ? { kind: "uri", origin: value["origin"] as readonly TextPart[], rest: value["rest"] as readonly TextPart[] }
        : undefined;
    case "$json":
    case "$jsonText":
      return isJsonObject(value) && nodeKeys.some((name) => Object.hasOwn(value, name))
        ? { kind: key === "$json" ? "json" : "json_text", node: value as JsonTemplateNode }
        : undefined;
    default:
      return undefined;
  }
}

const nodeKeys = ["literal", "text", "value", "items", "members"];

function renderNode(node: JsonTemplateNode, resolve: Resolve): JsonValue {
  if ("literal" in node) return node.literal;
  if ("text" in node) return renderText(node.text, resolve);
  if ("value" in node) {
    const value = resolve(node.value); // null is a value
    return value === undefined ? (node.value.default ?? "") : value;
  }
  if ("items" in node) return node.items.map((item) => renderNode(item, resolve));
  return Object.fromEntries(node.members.map(([key, value]) => [key, renderNode(value, resolve)]));
}

/** The JSON of a node, with its keys in the order of the template. */
function renderNodeText(node: JsonTemplateNode, resolve: Resolve): string {
  if ("items" in node) return `[${node.items.map((item) => renderNodeText(item, resolve)).join(",")}]`;
  if ("members" in node) {
    const members = node.members.map(([key, value]) => `${JSON.stringify(key)}:${renderNodeText(value, resolve)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(renderNode(node, resolve));
}

function renderText(parts: readonly TextPart[], resolve: Resolve): string {
  return parts.map((part) => (typeof part === "string" ? part : renderReference(part, resolve))).join("");
}

function renderReference(reference: Reference, resolve: Resolve): string {
  const value = resolve(reference);
  return value === undefined ? (reference.default ?? "") : encode(asText(reference, value), reference.encode);
}

/** A text as it is, an array of texts joined with ",", anything else as JSON; what a task brought as null is nothing. */
function asText({ from }: Reference, value: JsonValue): string {
  if (typeof value === "string") return value;
  if (value === null && from === "result") return "";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(",");
  return JSON.stringify(value);
}
