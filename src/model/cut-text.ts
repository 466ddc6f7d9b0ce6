/** The longest beginning of `text` that takes at most `maxBytes` as UTF-8; never half a character. */
export function firstBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, maxBytes)));
  return text.slice(0, read);
}

/** A text for people, of which `maxBytes` are kept; a longer one ends with how long it was. */
export function cutText(text: string, maxBytes: number): string {
  const kept = firstBytes(text, maxBytes);
  return kept.length === text.length ? text : `${kept}... (cut: ${Buffer.byteLength(text)} bytes in all)`;
}

const maxQuotedChars = 300;

/** A text in quotes, for a message. Of a long one only how long it is: where it were cut might be within a secret, which nobody could find there any more to hide it. */
export function quoted(text: string): string {
  return text.length > maxQuotedChars ? `(a text of ${text.length} characters)` : JSON.stringify(text);
}
