import type { FailureWords } from "../../model/failure-words.ts";
import { AttemptFailure, type ConnectionFailureCode, connectionFailures } from "../attempt-failure.ts";

/** Why a message was not published, or why nobody can tell whether it was. */
export type FailureCode =
  | ConnectionFailureCode
  /** The task's own values make no subject that a message can be sent to. */
  | "subject_invalid"
  /** Over the limit of the server, or of the stream. */
  | "message_too_large"
  /** This worker knows of no server. */
  | "not_configured"
  /** The login was refused. */
  | "auth_failed"
  /** No word of the stream in time. */
  | "response_timeout"
  /** No stream takes the subject. */
  | "no_stream"
  /** The login does not allow to publish there. */
  | "not_permitted"
  /** The stream does not take the message, and says why. */
  | "publish_refused"
  /** Somebody answered who is no stream. */
  | "response_invalid";

const timeout: readonly FailureCode[] = ["connect_timeout", "response_timeout"];

/** Whoever runs the servers can mend these while jobs wait for their next attempt. */
const ofServers: readonly FailureCode[] = [
  "auth_failed",
  "no_stream",
  "not_permitted",
  "publish_refused",
  "response_invalid",
];

const retried = [...new Set([...connectionFailures, ...timeout, ...ofServers])];

export const natsFailures: FailureWords = {
  codes: retried,
  groups: { connection: connectionFailures, timeout },
  statusCodes: false,
};

export class NatsFailure extends AttemptFailure<FailureCode> {
  get retryable(): boolean {
    return retried.includes(this.code);
  }
}
