import type { Outcome } from "../../model/job/task-execution.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { SmtpFailure } from "./failure.ts";

/** Recipients that are named in what is stored of a failure. */
const maxRefused = 20;

/** The server took the mail. `request`: the mail as people may read it. What later tasks may read is under `json`. */
export function sentOutcome(
  messageId: string,
  reply: string,
  hide: (text: string) => string,
  request: JsonValue,
): Outcome {
  return { kind: "succeeded", result: { request, response: { json: { messageId, reply: hide(reply) } } } };
}

/** Of a mail that was not sent. */
export function failureOutcome(
  { code, message, details, retryable }: SmtpFailure,
  hide: (text: string) => string,
  request?: JsonValue,
): Outcome {
  const { reply, replyCode, refused = [] } = details;
  const told: JsonObject = {
    ...(reply !== undefined && { reply: hide(reply) }),
    ...(refused.length > 0 && {
      refused: refused
        .slice(0, maxRefused)
        .map(({ recipient, reply: why }) => ({ recipient: hide(recipient), reply: hide(why) })),
    }),
  };
  return {
    kind: "failed",
    error: { code, message: hide(message) },
    ...(request !== undefined && {
      result: { request, ...(Object.keys(told).length > 0 && { response: { json: told } }) },
    }),
    retryable,
    ...(replyCode !== undefined && { statusCode: replyCode }),
  };
}
