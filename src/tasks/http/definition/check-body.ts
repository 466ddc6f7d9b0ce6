import { keysInOrder } from "../../../model/document/key-order.ts";
import { type JsonObject, type JsonValue, kindOf, pointerTo } from "../../../model/json.ts";
import { compileJsonText, compileText } from "../../../template/compile.ts";
import { compileBody } from "../../../template/compile-body.ts";
import type { TextTemplate } from "../../../template/template.ts";
import type { Fields } from "../../part-fields.ts";
import type { FormField, HttpBody, HttpHeader } from "./spec.ts";

export interface CheckedBody {
  readonly body?: HttpBody;
  /** Those given, with the content type that follows from the body where none was given. */
  readonly headers: HttpHeader[];
}

const bodyFields = ["payload", "body", "json", "formdata"] as const;

/** The body, of whichever field, and its content type. */
export function checkBody(fields: Fields, given: HttpHeader[]): CheckedBody {
  const present = bodyFields.filter((name) => (name === "json" ? jsonOf(fields) : fields.value(name)) !== undefined);
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
        ? formBody(fields, contentType?.$text.every((part) => typeof part === "string") ? literalType : "")
        : textBody(fields, name, literalType);
  if (body === undefined) return { headers };
  const implied = contentType === undefined ? impliedType(name, body) : undefined;
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

function impliedType(field: (typeof bodyFields)[number], body: HttpBody): string | undefined {
  if (body.kind === "form") return "application/x-www-form-urlencoded";
  if (field === "json") return "application/json";
  const [first] = body.kind === "text" && "$text" in body.text ? body.text.$text : [];
  return typeof first === "string" && beginsAsJson.test(first) ? "application/json" : undefined;
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
  return { kind: "text", text: compileJsonText(jsonOf(fields) ?? null, fields.pointer("json"), fields.problems) };
}

/** An empty text is JSON like any other. */
function jsonOf(fields: Fields): JsonValue | undefined {
  return fields.asWritten("json") ?? undefined;
}

function formBody(fields: Fields, literalType: string): HttpBody | undefined {
  checkFormType(fields, literalType);
  const given = fields.object("formdata");
  return given === undefined ? undefined : { kind: "form", fields: formFields(fields, given) };
}

/** A type that is known only when it is rendered is looked at then. */
function checkFormType(fields: Fields, literalType: string): void {
  const type = literalType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const at = fields.pointer("formdata");
  if (type.startsWith("multipart/") && type !== "multipart/form-data")
    fields.error(at, `a form is sent as multipart/form-data or application/x-www-form-urlencoded, not as ${type}`);
  else if (type !== "" && !formTypes.includes(type))
    fields.warning(at, `is sent as application/x-www-form-urlencoded, but the content type says ${type}`);
}

const formTypes = ["application/x-www-form-urlencoded", "multipart/form-data"];

function formFields(fields: Fields, given: JsonObject): FormField[] {
  const compiled: FormField[] = [];
  for (const key of keysInOrder(given)) {
    const at = pointerTo(fields.pointer("formdata"), key);
    const value = given[key] ?? null;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      fields.error(at, `the value of a form field must be a text, not ${kindOf(value)}`);
    else
      compiled.push({
        name: compileText(key, at, fields.problems),
        value: compileText(String(value), at, fields.problems),
      });
  }
  return compiled;
}
