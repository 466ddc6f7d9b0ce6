import { createHash } from "node:crypto";
import { quoted } from "../../../model/cut-text.ts";
import { HttpFailure } from "../call/failure.ts";

/** A form with its values, ready to be written. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

export interface WrittenForm {
  readonly body: string;
  /** The content type, with the boundary that the body was written with. */
  readonly contentType: string;
}

/**
 * Writes a form as its content type says: `multipart/form-data`, or urlencoded whatever else stands there. Throws
 * `HttpFailure` (`request_invalid`) where the type names a boundary that cannot be one.
 */
export function writeForm(fields: readonly FormField[], contentType: string): WrittenForm {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data") return writeMultipart(fields, contentType);
  if (type.startsWith("multipart/")) throw new HttpFailure("request_invalid", `a form cannot be sent as ${type}`);
  return { body: new URLSearchParams(fields.map(({ name, value }) => [name, value])).toString(), contentType };
}

/** RFC 7578: texts only, in UTF-8, each as it is. */
function writeMultipart(fields: readonly FormField[], contentType: string): WrittenForm {
  const named = boundaryIn(contentType);
  const boundary = named ?? boundaryFor(fields);
  if (fields.some(({ name, value }) => name.includes(`--${boundary}`) || value.includes(`--${boundary}`)))
    throw new HttpFailure("request_invalid", "a field of the form holds the boundary that contentType names");
  const parts = fields.map(
    ({ name, value }) => `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"\r\n\r\n${value}\r\n`,
  );
  return {
    body: `${parts.join("")}--${boundary}--\r\n`,
    contentType: named === undefined ? `${contentType.replace(/[\s;]+$/, "")}; boundary=${boundary}` : contentType,
  };
}

/** RFC 2046 section 5.1.1; a blank may not end it, and nobody needs one inside. */
const boundaryPattern = /^[0-9A-Za-z'()+_,\-./:=?]{1,70}$/;

function boundaryIn(contentType: string): string | undefined {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]*))/i.exec(contentType);
  if (match === null) return undefined;
  const boundary = match[1] ?? match[2] ?? "";
  if (boundaryPattern.test(boundary)) return boundary;
  throw new HttpFailure("request_invalid", `${quoted(boundary)} cannot be the boundary of a multipart form`);
}

/** Made of the fields, so that every attempt sends the same body: services that keep idempotency keys compare them. None of the fields can hold it. */
function boundaryFor(fields: readonly FormField[]): string {
  const hash = createHash("sha256");
  for (const { name, value } of fields) hash.update(JSON.stringify([name, value]));
  return `workflows-${hash.digest("hex").slice(0, 32)}`;
}

/** As browsers write names (WHATWG HTML, "multipart form data"). */
function escaped(name: string): string {
  return name.replaceAll(/["\r\n]/g, (character) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = { '"': "%22", "\r": "%0D", "\n": "%0A" };
