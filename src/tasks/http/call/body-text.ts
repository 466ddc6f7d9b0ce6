import { isUtf8 } from "node:buffer";

export interface BodyText {
  readonly text: string;
  /** Bytes that are not text were replaced by U+FFFD. */
  readonly replaced: boolean;
}

/** A body as text, in the character set of its content type, UTF-8 unless that says otherwise; a byte order mark is dropped. */
export function bodyText(bytes: Buffer, contentType: string, truncated: boolean): BodyText {
  if (bytes.length === 0) return { text: "", replaced: false };
  const decoder = decoderOf(contentType);
  const isCutUtf8 = truncated && decoder.encoding === "utf-8";
  // Streaming leaves out a character whose end was cut off.
  const text = decoder.decode(bytes, { stream: isCutUtf8 });
  const replaced = decoder.encoding === "utf-8" && !isUtf8(bytes) && text.includes("\ufffd");
  return { text, replaced };
}

const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;

function decoderOf(contentType: string): TextDecoder {
  const label = charset.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder(); // a character set that nobody knows
  }
}
