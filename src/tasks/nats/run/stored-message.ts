import { cutText } from "../../../model/cut-text.ts";
import type { JsonValue } from "../../../model/json.ts";
import type { Message } from "./message.ts";

const maxDataBytes = 64 * 1024;

/** A message as people may read it: redacted, and cut where it is long. `server`: where it goes. */
export function storedMessage(
  { subject, payload }: Message,
  server: string,
  hide: (text: string) => string,
): JsonValue {
  return { server, subject: hide(subject), data: cutText(hide(payload), maxDataBytes) };
}
