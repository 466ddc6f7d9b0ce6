import type { Mail } from "./mail.ts";

/** Writes a mail as it goes over the wire (RFC 5322): text and HTML as alternatives, without those who get a blind copy. */
export async function compose({ from, to, cc, subject, text, html, messageId }: Mail): Promise<Buffer> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const composer = new MailComposer({
    from,
    to: [...to],
    cc: [...cc],
    subject,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    messageId,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
