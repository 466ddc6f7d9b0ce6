import { createHash } from "node:crypto";
import type { Rendered } from "../../../template/template.ts";
import type { SmtpSpec } from "../definition/spec.ts";
import { SmtpFailure } from "../failure.ts";
import type { Address } from "./address.ts";
import { mailbox, mailboxesOf } from "./recipients.ts";
import { canBeSubject, plainSubject } from "./subject.ts";

/** A mail that can be sent as it is. */
export interface Mail {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** In the envelope only. */
  readonly bcc: readonly Address[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** With its angle brackets. */
  readonly messageId: string;
}

/** Servers must take a hundred (RFC 5321 section 4.5.3.1.8); what is longer is a mailing list's work. */
const maxRecipients = 1000;

/** Makes the mail of one attempt. Throws `SmtpFailure` (`mail_invalid`) for values that cannot be sent where they stand. */
export function mailOf(spec: Rendered<SmtpSpec>, idempotencyKey: string): Mail {
  const from = mailbox(spec.from, "from");
  const to = mailboxesOf(spec.to, "to");
  const cc = mailboxesOf(spec.cc, "cc");
  const bcc = mailboxesOf(spec.bcc, "bcc");
  const count = to.length + cc.length + bcc.length;
  if (count === 0) throw new SmtpFailure("mail_invalid", "there is no recipient: to, cc and bcc rendered to nothing");
  if (count > maxRecipients)
    throw new SmtpFailure("mail_invalid", `there are ${count} recipients; one mail has at most ${maxRecipients}`);
  return {
    from,
    to,
    cc,
    bcc,
    subject: subjectOf(spec.subject),
    ...(spec.body !== undefined && { text: spec.body }),
    ...(spec.html !== undefined && { html: spec.html }),
    messageId: messageIdOf(idempotencyKey, from),
  };
}

/** Everybody whom a mail goes to, each once. */
export function recipientsOf({ to, cc, bcc }: Mail): string[] {
  return [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
}

function subjectOf(subject: string): string {
  if (canBeSubject(subject)) return plainSubject(subject);
  throw new SmtpFailure("mail_invalid", "subject rendered to a text with a line break or another control character");
}

/** The same in every attempt of a task, so that whoever gets the mail twice can tell. The key itself, by which services recognise calls, is not given away. */
function messageIdOf(idempotencyKey: string, { address }: Address): string {
  const digest = createHash("sha256").update(`message-id ${idempotencyKey}`).digest("hex").slice(0, 32);
  return `<${digest}${address.slice(address.lastIndexOf("@"))}>`;
}
