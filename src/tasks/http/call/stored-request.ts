import { cutText } from "../../../model/cut-text.ts";
import type { JsonValue } from "../../../model/json.ts";
import type { Redactor } from "./redact.ts";
import type { HttpRequest } from "./request.ts";

const maxBodyBytes = 64 * 1024;
const maxUriBytes = 8 * 1024;
const maxHeaderBytes = 4 * 1024;

/** Sent with every request alike: no news to who reads it. */
const constant: ReadonlySet<string> = new Set(["User-Agent", "Accept-Encoding"]);

/** A request as people may read it: redacted, and cut where it is long. */
export function storedRequest({ origin, target, method, headers, body }: HttpRequest, redactor: Redactor): JsonValue {
  const lines: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = "", value = ""] = headers.slice(index, index + 2);
    if (!constant.has(name)) lines.push(cutText(`${name}: ${redactor.header(name, value)}`, maxHeaderBytes));
  }
  return {
    uri: cutText(redactor.uri(origin + target), maxUriBytes),
    method,
    body: cutText(redactor.text(body ?? ""), maxBodyBytes),
    headers: lines,
  };
}
