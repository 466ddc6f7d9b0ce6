import type { FailureWords } from "../../model/failure-words.ts";
import { AttemptFailure, type ConnectionFailureCode, connectionFailures } from "../attempt-failure.ts";

/** Why a mail was not sent. */
export type FailureCode =
  | ConnectionFailureCode
  /** The task's own values are no mail. */
  | "mail_invalid"
  /** The password would have gone over the network in the clear. */
  | "login_insecure"
  | "login_failed"
  | "response_timeout"
  | "send_timeout"
  /** What the server said is no SMTP. */
  | "reply_invalid"
  /** A reply 4xx: not now. */
  | "deferred"
  /** A reply 5xx: never. */
  | "refused";

const timeout: readonly FailureCode[] = ["connect_timeout", "response_timeout", "send_timeout"];

const retried: readonly FailureCode[] = [
  ...new Set([...connectionFailures, ...timeout, "reply_invalid", "login_failed", "deferred"] as const),
];

export const smtpFailures: FailureWords = {
  codes: retried,
  groups: { connection: connectionFailures, timeout },
  statusCodes: true,
};

/** A recipient that the server did not take. */
export interface RefusedRecipient {
  readonly recipient: string;
  readonly reply: string;
}

export interface FailureDetails {
  /** What the server answered: its code and its text, in one line. */
  readonly replyCode?: number;
  readonly reply?: string;
  readonly refused?: readonly RefusedRecipient[];
}

export class SmtpFailure extends AttemptFailure<FailureCode> {
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(code, message);
    this.details = details;
  }

  /** False where another attempt cannot end differently: a permanent reply (RFC 5321 section 4.2.1), or a mistake of the task's own. */
  get retryable(): boolean {
    const { replyCode } = this.details;
    return retried.includes(this.code) && (replyCode === undefined || replyCode < 500);
  }
}
