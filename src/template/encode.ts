import type { Encoding } from "./template.ts";

/** Applies the encodings in turn. */
export function encode(text: string, encodings: readonly Encoding[]): string {
  let encoded = text;
  for (const encoding of encodings) encoded = encodeOnce(encoded, encoding);
  return encoded;
}

function encodeOnce(text: string, encoding: Encoding): string {
  switch (encoding) {
    case "url":
      return percentEncode(text);
    case "html":
      return text.replaceAll(/[&<>"']/g, (character) => htmlEntities[character] ?? character);
    case "json":
      return JSON.stringify(text).slice(1, -1);
    default:
      return encoding satisfies never;
  }
}

const htmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** All but the unreserved characters of RFC 3986 section 2.3; a lone surrogate, which UTF-8 cannot carry, becomes U+FFFD. */
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
