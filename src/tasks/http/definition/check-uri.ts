import { isIP } from "node:net";
import { compileUri } from "../../../template/compile-uri.ts";
import { hasDotSegment } from "../../../template/rendered-uri.ts";
import type { TextPart } from "../../../template/template.ts";
import type { Fields } from "../../part-fields.ts";
import { refusalOf } from "../address.ts";
import { parseOrigin } from "../origin.ts";
import type { HttpSpec } from "./spec.ts";

type Where = Pick<HttpSpec, "origin" | "target" | "openOrigin">;

/** The `uri`, in its two parts: where to connect to, and what to ask for there. */
export function checkUri(fields: Fields, refusePrivate: boolean): Where | undefined {
  const openOrigin = fields.flag("hostFromInput");
  const text = fields.text("uri");
  const at = fields.pointer("uri");
  if (text === undefined) {
    if (fields.value("uri") === undefined) fields.error(at, "uri is missing: the address to call");
    return undefined;
  }
  const found = fields.errors;
  const { origin, rest } = compileUri(text, at, fields.problems, { openOrigin }).$uri;
  if (fields.errors === found) {
    checkOrigin(fields, origin, refusePrivate);
    checkRest(fields, rest);
  }
  return { origin: { $text: origin }, target: { $text: rest }, ...(openOrigin && { openOrigin }) };
}

function checkOrigin(fields: Fields, parts: TextPart[], refusePrivate: boolean): void {
  const at = fields.pointer("uri");
  if (startsUnknown(parts)) return; // known when it is rendered, and checked then
  const origin = parseOrigin(assumed(parts));
  if ("problem" in origin) {
    fields.error(at, `the uri cannot be called: ${origin.problem}`);
    return;
  }
  if (isIP(origin.hostname) === 0 || !isLiteral(parts)) return;
  const refused = refusalOf(origin.hostname, false);
  const refusedHere = refusalOf(origin.hostname, refusePrivate);
  if (refused !== undefined) fields.error(at, `${origin.hostname} may not be called: ${refused}`);
  else if (refusedHere !== undefined)
    fields.warning(at, `${origin.hostname} may not be called by this installation: ${refusedHere}`);
}

function checkRest(fields: Fields, parts: TextPart[]): void {
  const at = fields.pointer("uri");
  const text = assumed(parts);
  if (hasDotSegment(text)) fields.error(at, 'the path holds "." or "..": write the path that is meant');
  if (parts.some((part) => typeof part === "string" && part.includes("\\")))
    fields.error(at, 'the path holds a backslash: "/" separates, and the character itself is written %5C');
  if (text.includes("#")) fields.warning(at, "what follows # is not sent");
}

const isLiteral = (parts: TextPart[]) => parts.every((part) => typeof part === "string");

function startsUnknown([first]: TextPart[]): boolean {
  return typeof first === "object" && (first.default ?? "") === "";
}

/** A text such as the parts may render to: a reference gives its default, a digit for a port, a letter elsewhere. */
function assumed(parts: TextPart[]): string {
  let text = "";
  for (const part of parts) text += typeof part === "string" ? part : part.default || (text.endsWith(":") ? "1" : "a");
  return text;
}
