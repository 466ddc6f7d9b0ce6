import { type JsonObject, kindOf, pointerTo } from "../../../model/json.ts";
import { compileJson, compileText } from "../../../template/compile.ts";
import { compileBody } from "../../../template/compile-body.ts";
import type { TextTemplate } from "../../../template/template.ts";
import type { Fields } from "../../part-fields.ts";
import type { HttpBody, HttpHeader } from "./spec.ts";

export interface CheckedBody {
  readonly body?: HttpBody;
  /** Those given, with the content type that follows from the body where none was given. */
  readonly headers: HttpHeader[];
}

const bodyFields = ["payload", "body", "json", "formdata"] as const;

/** The body, of whichever field, and its content type. */
export function checkBody(fields: Fields, given: HttpHeader[]): CheckedBody {
  const present = bodyFields.filter((name) => fields.value(name) !== undefined);
  const [name, ...others] = present;
  for (const other of others)
    fields.error(fields.pointer(other), `${other} and ${name} are both there: a request has one body`);
  const contentType = checkContentType(fields, given);
  const headers = contentType === undefined || isGiven(given) ? given : [...given, contentTypeHeader(contentType)];
  if (name === undefined) return { headers };
  const literalType = contentType === undefined ? "" : literalText(contentType);
  const body =
    name === "json"
      ? jsonBody(fields)
      : name === "formdata"
        ? formBody(fields, literalType)
        : textBody(fields, name, literalType);
  if (body === undefined) return { headers };
  const implied = contentType === undefined ? impliedType(body) : undefined;
  return { body, headers: implied === undefined ? headers : [...headers, contentTypeHeader({ $text: [implied] })] };
}

function contentTypeHeader(value: TextTemplate): HttpHeader {
  return { name: "Content-Type", value };
}

function isContentType({ name }: HttpHeader): boolean {
  return name.toLowerCase() === "content-type";
}

function isGiven(headers: HttpHeader[]): boolean {
  return headers.some(isContentType);
}

function checkContentType(fields: Fields, given: HttpHeader[]): TextTemplate | undefined {
  const at = fields.pointer("contentType");
  const text = fields.text("contentType");
  const header = given.find(isContentType)?.value;
  if (text === undefined) return header;
  const field = compileText(text, at, fields.problems);
  if (header !== undefined && JSON.stringify(header) !== JSON.stringify(field))
    fields.error(at, "contentType and the header Content-Type differ: keep one of them");
  return field;
}

function literalText(template: TextTemplate): string {
  return template.$text.filter((part) => typeof part === "string").join("");
}

const jsonType = /^\s*(?:application|text)\/(?:[\w.+-]+\+)?json\b/i;
const beginsAsJson = /^\s*[[{]/;

function impliedType(body: HttpBody): string | undefined {
  switch (body.kind) {
    case "json":
      return "application/json";
    case "form":
      return "application/x-www-form-urlencoded";
    case "text":
      return beginsAsJson.test(firstText(body.text)) ? "application/json" : undefined;
    default:
      return body satisfies never;
  }
}

function firstText(template: TextTemplate): string {
  const [first] = template.$text;
  return typeof first === "string" ? first : "";
}

function textBody(fields: Fields, name: "payload" | "body", literalType: string): HttpBody | undefined {
  const given = fields.text(name);
  if (given === undefined) return undefined;
  const at = fields.pointer(name);
  const text = compileBody(given, at, fields.problems);
  if (jsonType.test(literalType) || (literalType === "" && beginsAsJson.test(given))) {
    const sample = text.$text.map((part) => (typeof part === "string" ? part : "0")).join("");
    if (!isJson(sample)) fields.warning(at, `${name} is meant to be JSON and is not JSON: it is sent as it is`);
  }
  return { kind: "text", text };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function jsonBody(fields: Fields): HttpBody {
  return { kind: "json", json: compileJson(fields.value("json") ?? null, fields.pointer("json"), fields.problems) };
}

function formBody(fields: Fields, literalType: string): HttpBody | undefined {
  if (/^\s*multipart\//i.test(literalType))
    fields.error(
      fields.pointer("formdata"),
      "multipart forms are not supported: formdata is sent as application/x-www-form-urlencoded",
    );
  const given = fields.object("formdata");
  return given === undefined ? undefined : { kind: "form", fields: formFields(fields, given) };
}

function formFields(fields: Fields, given: JsonObject): HttpHeader[] {
  const compiled: HttpHeader[] = [];
  for (const [name, value] of Object.entries(given)) {
    const at = pointerTo(fields.pointer("formdata"), name);
    if (typeof value === "string") compiled.push({ name, value: compileText(value, at, fields.problems) });
    else if (typeof value === "number" || typeof value === "boolean")
      compiled.push({ name, value: { $text: [String(value)] } });
    else fields.error(at, `the value of a form field must be a text, not ${kindOf(value)}`);
  }
  return compiled;
}
