import type { FailureWords } from "../../../model/failure-words.ts";
import { AttemptFailure, type ConnectionFailureCode, connectionFailures } from "../../attempt-failure.ts";

/** Why a request was not made, or brought no whole answer. */
export type FailureCode =
  | ConnectionFailureCode
  /** The task's own values cannot be sent. */
  | "request_invalid"
  | "address_refused"
  | "response_timeout"
  | "body_timeout"
  /** Closed by the other side in the middle of the body. */
  | "body_incomplete"
  /** Not HTTP, or a body that cannot be decompressed. */
  | "response_invalid";

const timeout: readonly FailureCode[] = ["connect_timeout", "response_timeout", "body_timeout"];

const inAnswer: readonly FailureCode[] = ["body_incomplete", "response_invalid"];

/** Of an answer whose status does not mean success. */
export const statusFailure = "http_status";

export const httpFailures: FailureWords = {
  codes: [...new Set([...connectionFailures, ...timeout, ...inAnswer, statusFailure])],
  groups: { connection: connectionFailures, timeout },
  statusCodes: true,
};

export class HttpFailure extends AttemptFailure<FailureCode> {
  get retryable(): boolean {
    return this.code !== "request_invalid" && this.code !== "address_refused";
  }
}
