import type { JsonValue } from "../../../model/json.ts";

/** Of all arguments together; a command may be a hundred times as long. */
const maxChars = 16 * 1024;

/** A command as people may read it: redacted, and cut where it is long. */
export function storedCommand(
  command: readonly string[],
  hide: (text: string) => string,
  maxResultBytes: number,
): JsonValue {
  let room = Math.min(maxChars, Math.floor(maxResultBytes / 4));
  const shown: string[] = [];
  for (const [index, argument] of command.entries()) {
    const text = hide(argument);
    const kept = text.slice(0, Math.max(0, room)).toWellFormed();
    room -= kept.length + 1;
    shown.push(kept.length === text.length ? text : `${kept}... (cut: ${argument.length} characters in all)`);
    if (room > 0 || index === command.length - 1) continue;
    shown.push(`... (cut: ${command.length} arguments in all)`);
    break;
  }
  return { command: shown };
}
