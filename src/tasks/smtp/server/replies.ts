import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { type FailureCode, type FailureDetails, type RefusedRecipient, SmtpFailure } from "../failure.ts";

/** Of one reply in a message; servers write a page about some refusals. */
const maxReplyChars = 300;

/** Recipients named in a message. */
const maxNamed = 5;

/** What a failure of the client's means. `where`: the server; `encrypting`: it happened while the connection was being encrypted. */
export function failureOf(error: SMTPConnection.SMTPError, where: string, encrypting: boolean): SmtpFailure {
  const details = detailsOf(error);
  if (error.code === "EAUTH")
    return new SmtpFailure(
      "login_failed",
      `${where} did not take the login: ${details.reply ?? error.message}`,
      details,
    );
  const { reply, replyCode } = details;
  if (reply !== undefined && replyCode !== undefined) {
    const asked = error.command === undefined || error.command === "CONN" ? "" : ` to ${error.command}`;
    return new SmtpFailure(codeOf(replyCode), `${where} answered ${reply}${asked}`, details);
  }
  const [code, what] = withoutReply(error, encrypting);
  return new SmtpFailure(code, `${where}: ${what}`, details);
}

/** A mail goes to all of its recipients or to none: what becomes of it where some were refused. */
export function refusalOf(errors: readonly SMTPConnection.SMTPError[], count: number, where: string): SmtpFailure {
  const refused = errors.map((error): RefusedRecipient & { readonly code: number } => {
    const { reply = error.message, replyCode = 0 } = detailsOf(error);
    return { recipient: String(error["recipient" as keyof typeof error]), reply, code: replyCode };
  });
  const replyCode = refused.reduce((worst, { code }) => Math.max(worst, code), 0);
  const named = refused.slice(0, maxNamed).map(({ recipient, reply }) => `${recipient}: ${reply}`);
  const more = refused.length > maxNamed ? `; and ${refused.length - maxNamed} more` : "";
  const who =
    refused.length === count ? "every recipient" : `${refused.length} of ${count} recipients, so nobody gets the mail`;
  return new SmtpFailure(codeOf(replyCode), `${where} refused ${who}: ${named.join("; ")}${more}`, {
    replyCode,
    ...(refused[0] !== undefined && { reply: refused[0].reply }),
    refused: refused.map(({ recipient, reply }) => ({ recipient, reply })),
  });
}

/** A reply in one line, without control characters. */
export function oneLine(reply: string): string {
  const joined = reply.replaceAll(/\r?\n\d{3}[ -]/g, " ");
  const line = joined
    .replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return line.length > maxReplyChars ? `${line.slice(0, maxReplyChars)}...` : line;
}

function detailsOf({ response, responseCode }: SMTPConnection.SMTPError): FailureDetails {
  if (response === undefined || responseCode === undefined) return {};
  return { replyCode: responseCode, reply: oneLine(response) };
}

function codeOf(replyCode: number): FailureCode {
  if (replyCode >= 500 && replyCode < 600) return "refused";
  return replyCode >= 400 && replyCode < 500 ? "deferred" : "reply_invalid";
}

function withoutReply({ code, message }: SMTPConnection.SMTPError, encrypting: boolean): [FailureCode, string] {
  switch (code) {
    case "ETIMEDOUT":
      return ["response_timeout", "no answer in time"];
    case "ETLS":
      return ["tls_failed", `no TLS: ${message}`];
    case "EPROTOCOL":
      return ["reply_invalid", `what it said is no SMTP: ${oneLine(message)}`];
    case "EMESSAGE":
      return ["refused", `the mail is larger than it takes: ${message}`];
    default:
      return encrypting
        ? ["tls_failed", `no TLS: ${message}`]
        : ["connection_lost", `the connection ended: ${message}`];
  }
}
