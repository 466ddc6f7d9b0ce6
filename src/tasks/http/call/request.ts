import { quoted } from "../../../model/cut-text.ts";
import type { JsonValue } from "../../../model/json.ts";
import { hasDotSegment } from "../../../template/rendered-uri.ts";
import type { Rendered } from "../../../template/template.ts";
import type { AttemptContext } from "../../kind.ts";
import { writeForm } from "../body/form.ts";
import type { HttpSpec } from "../definition/spec.ts";
import { parseOrigin } from "../origin.ts";
import type { HttpSettings } from "../settings.ts";
import { HttpFailure } from "./failure.ts";

/** A request that can be sent as it is. */
export interface HttpRequest {
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  readonly method: string;
  /** Name, value, name, value. */
  readonly headers: string[];
  readonly body: string | null;
}

/** Makes the request of one attempt. Throws `HttpFailure` (`request_invalid`) for values that cannot be sent where they stand. */
export function buildRequest(spec: Rendered<HttpSpec>, attempt: AttemptContext, settings: HttpSettings): HttpRequest {
  const [origin, target] = spec.openOrigin === true ? split(spec.origin + spec.target) : [spec.origin, spec.target];
  const { headers, body } = withBody(spec);
  return {
    origin: originOf(origin),
    target: targetOf(target),
    method: spec.method,
    headers: headersOf(headers, attempt, settings),
    body,
  };
}

type Header = Rendered<HttpSpec>["headers"][number];

/** The body, and the definition's headers: the content type of a form may need a boundary. */
function withBody({ body, headers }: Rendered<HttpSpec>): { headers: readonly Header[]; body: string | null } {
  switch (body?.kind) {
    case undefined:
      return { headers, body: null };
    case "text":
      return { headers, body: body.text };
    case "json":
      return { headers, body: JSON.stringify(body.json satisfies JsonValue) };
    case "form": {
      const form = writeForm(body.fields, headers.find(isContentType)?.value ?? "");
      const withType = headers.map((header) =>
        isContentType(header) ? { ...header, value: form.contentType } : header,
      );
      return { headers: withType, body: form.body };
    }
    default:
      return body satisfies never;
  }
}

const isContentType = ({ name }: Header) => name.toLowerCase() === "content-type";

/** Scheme, host and port that a request would be sent to; undefined where it cannot be sent. */
export function originCalled(spec: Rendered<HttpSpec>): string | undefined {
  const [text] = spec.openOrigin === true ? split(spec.origin + spec.target) : [spec.origin];
  const origin = parseOrigin(text);
  return "problem" in origin ? undefined : origin.href;
}

/** A whole URI as its origin and the rest. */
function split(uri: string): [origin: string, target: string] {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(uri)?.[0] ?? uri;
  return [origin, uri.slice(origin.length)];
}

function originOf(text: string): string {
  const origin = parseOrigin(text);
  if (!("problem" in origin)) return origin.href;
  // Not quoted where it may hold a password.
  const address = text.includes("@") ? "the address" : `the address ${quoted(text)}`;
  const hint = /:\/*$|^$/.test(text) ? " (is a variable missing, or not allowed by env_allowed?)" : "";
  throw invalid(`${address} cannot be called: ${origin.problem}${hint}`);
}

function targetOf(text: string): string {
  const fragment = text.indexOf("#");
  const target = fragment < 0 ? text : text.slice(0, fragment);
  if (hasDotSegment(target))
    throw invalid('a part of the path rendered to "." or "..", which would lead to another path');
  const encoded = target.replaceAll(notInUrl, (run) => encodeURIComponent(run.toWellFormed()));
  return encoded.startsWith("/") ? encoded : `/${encoded}`;
}

/** All but what RFC 3986 allows in a path or a query; what is percent-encoded stays so. */
const notInUrl = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+/g;

function headersOf(own: readonly Header[], attempt: AttemptContext, settings: HttpSettings): string[] {
  const headers: string[] = [];
  const given = new Set<string>();
  for (const { name, value } of own) {
    headers.push(name, headerValue(name, value));
    given.add(name.toLowerCase());
  }
  const add = (name: string, value: string) => {
    if (name !== "" && value !== "" && !given.has(name.toLowerCase())) headers.push(name, value);
  };
  add(settings.idempotencyHeader, attempt.idempotencyKey);
  add("User-Agent", settings.userAgent);
  add("Accept-Encoding", settings.acceptEncoding);
  return headers;
}

/** What no header may hold: it would begin another header, or another request. */
const notInHeader = /[^\t\x20-\x7e\x80-\u{10ffff}]/u;

function headerValue(name: string, value: string): string {
  if (notInHeader.test(value))
    throw invalid(`header ${name} rendered to a text with a line break or another control character`);
  // As bytes of UTF-8, one character each: that is how the client writes them.
  return /[^\x20-\x7e]/.test(value) ? Buffer.from(value).toString("latin1") : value;
}

function invalid(message: string): HttpFailure {
  return new HttpFailure("request_invalid", message);
}
