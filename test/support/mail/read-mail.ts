/** A mail as its reader sees it. */
export interface ReadMail {
  /** By lower-case name, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
  /** `text/plain`, `text/html`: what each part says. */
  readonly parts: ReadonlyMap<string, string>;
}

/** Reads what goes over the wire: headers in several lines, encoded words, alternatives, quoted-printable and base64. */
export function readMail(raw: string): ReadMail {
  const { headers, body } = split(raw);
  const type = headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="([^"]+)"/.exec(type)?.[1];
  const parts = new Map<string, string>();
  const read = (part: ReturnType<typeof split>): void => {
    const name = (part.headers.get("content-type") ?? "text/plain").split(";")[0] ?? "";
    parts.set(name, decodeBody(part.body, part.headers.get("content-transfer-encoding") ?? "7bit"));
  };
  if (boundary === undefined) read({ headers, body });
  else for (const piece of body.split(`--${boundary}`).slice(1, -1)) read(split(piece.replace(/^\r\n/, "")));
  return { headers, parts };
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const head = end < 0 ? raw : raw.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    if (headers.has(line.slice(0, colon).toLowerCase())) throw new Error(`The header is there twice: ${line}`);
    headers.set(line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim()));
  }
  return { headers, body: end < 0 ? "" : raw.slice(end + 4) };
}

/** RFC 2047; white space between two encoded words is not part of the text. */
function decodeWords(text: string): string {
  return text.replaceAll(/\?=\s+=\?/g, "?==?").replaceAll(/(?:=\?utf-8\?[QB]\?[^?]*\?=)+/gi, (words) => {
    const bytes = [...words.matchAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi)].map(([, kind, value = ""]) =>
      kind?.toUpperCase() === "B" ? Buffer.from(value, "base64") : quotedPrintable(value.replaceAll("_", " ")),
    );
    return Buffer.concat(bytes).toString("utf8");
  });
}

function decodeBody(body: string, encoding: string): string {
  const text = body.replace(/\r\n$/, "");
  if (encoding === "base64") return Buffer.from(text, "base64").toString("utf8");
  if (encoding === "quoted-printable") return quotedPrintable(text.replaceAll(/=\r\n/g, "")).toString("utf8");
  return text;
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1");
}
