import { noText, pointerTo } from "../../../model/json.ts";
import { compileText } from "../../../template/compile.ts";
import type { Fields } from "../../part-fields.ts";
import type { HttpHeader } from "./spec.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Those that belong to the connection and to the length of the body, which we know better. */
const ours: ReadonlyMap<string, string> = new Map([
  ["host", "it follows from the uri"],
  ["content-length", "it follows from the body"],
  ["transfer-encoding", "it follows from the body"],
  ...["connection", "keep-alive", "proxy-connection", "upgrade", "te", "trailer", "expect", "http2-settings"].map(
    (name) => [name, "it is a matter of the connection"] as const,
  ),
]);

/** The `headers`, each value compiled. */
export function checkHeaders(fields: Fields): HttpHeader[] {
  const seen = new Set<string>();
  const headers: HttpHeader[] = [];
  for (const [name, value] of Object.entries(fields.object("headers") ?? {})) {
    const at = pointerTo(fields.pointer("headers"), name);
    const lower = name.toLowerCase();
    const reason = ours.get(lower);
    if (!token.test(name)) fields.error(at, `${JSON.stringify(name)} cannot be the name of a header`);
    else if (reason !== undefined) fields.error(at, `the header ${name} cannot be set: ${reason}`);
    else if (seen.has(lower)) fields.error(at, `the header ${name} is there twice, in different case`);
    else if (typeof value !== "string") fields.error(at, `the value of a header must be a text, not ${noText(value)}`);
    else headers.push({ name, value: compileText(value, at, fields.problems) });
    seen.add(lower);
  }
  return headers;
}
