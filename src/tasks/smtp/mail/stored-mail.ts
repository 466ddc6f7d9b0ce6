import type { JsonValue } from "../../../model/json.ts";
import { shown } from "./address.ts";
import { type Mail, recipientsOf } from "./mail.ts";

/** Of the whole mail, and of all recipients together; one may be a hundred times as long. */
const maxChars = 64 * 1024;

/** A mail as people may read it: its text and not its encoding, redacted, and cut where it is long. */
export function storedMail(mail: Mail, hide: (text: string) => string, maxResultBytes: number): JsonValue {
  const room = Math.min(maxChars, Math.floor(maxResultBytes / 8));
  return {
    sender: hide(mail.from.address),
    recipients: shownRecipients(recipientsOf(mail).map(hide), room),
    message: cut(hide(messageOf(mail)), room),
  };
}

function messageOf({ from, to, cc, subject, text, html, messageId }: Mail): string {
  const header = (name: string, value: string): string[] => (value === "" ? [] : [`${name}: ${value}`]);
  const headers = [
    ...header("From", shown(from)),
    ...header("To", to.map(shown).join(", ")),
    ...header("Cc", cc.map(shown).join(", ")),
    ...header("Subject", subject),
    ...header("Message-ID", messageId),
  ];
  return [headers.join("\n"), text ?? "", html ?? ""].filter((part) => part !== "").join("\n\n");
}

function shownRecipients(recipients: readonly string[], room: number): string[] {
  let left = room;
  const kept = recipients.filter((recipient) => {
    left -= recipient.length + 3;
    return left >= 0;
  });
  return kept.length === recipients.length ? kept : [...kept, `... (cut: ${recipients.length} recipients in all)`];
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).toWellFormed()}... (cut: ${text.length} characters in all)`;
}
