import { errors, headers, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { isJsonObject, type JsonValue } from "../../../model/json.ts";
import { NatsFailure } from "../failure.ts";
import type { Acknowledged } from "./link.ts";
import type { Message } from "./message.ts";

/** A stream with a message limit of its own answers with this (`JSStreamMessageExceedsMaximumErr` in the server's errors.json). */
const exceedsMaximum = 10_054;

/**
 * Publishes a message as JetStream has it: a request to the subject, which the stream that took the message answers. The client library's own
 * function for that takes any JSON for that answer. Rejects with `NatsFailure`.
 */
export async function publishOn(
  client: NatsConnection,
  server: string,
  { subject, payload }: Message,
  id: string,
  timeoutMs: number,
): Promise<Acknowledged> {
  const fields = headers();
  if (id !== "") fields.set("Nats-Msg-Id", id);
  try {
    return acknowledged(await client.request(subject, payload, { timeout: timeoutMs, headers: fields }), server);
  } catch (error) {
    throw error instanceof NatsFailure ? error : failureOf(error, client, server, subject, payload, timeoutMs);
  }
}

/** Reads `{stream, seq, duplicate?}`, or `{error: {code, err_code, description}}`. */
function acknowledged(answer: Msg, server: string): Acknowledged {
  let read: JsonValue;
  try {
    read = answer.json<JsonValue>();
  } catch {
    read = null;
  }
  const { error, stream, seq, duplicate } = isJsonObject(read) ? read : {};
  if (isJsonObject(error)) {
    const { description, err_code: code } = error;
    // What it says comes last: a long one is cut at its end.
    const said = `(error ${JSON.stringify(code)}): ${JSON.stringify(description)}`;
    if (code === exceedsMaximum)
      throw new NatsFailure("message_too_large", `the stream takes no message of this size ${said}`);
    throw new NatsFailure("publish_refused", `${server} did not take the message ${said}`);
  }
  if (typeof stream === "string" && stream !== "" && typeof seq === "number")
    return { stream, seq, duplicate: duplicate === true };
  throw new NatsFailure(
    "response_invalid",
    `who answered on ${server} is no stream: another program listens to the subject and replies`,
  );
}

function failureOf(
  error: unknown,
  client: NatsConnection,
  server: string,
  subject: string,
  payload: string,
  timeoutMs: number,
): NatsFailure {
  const cause = error instanceof errors.RequestError && error.cause !== undefined ? error.cause : error;
  if (cause instanceof errors.NoRespondersError)
    return new NatsFailure(
      "no_stream",
      `no stream on ${server} takes the subject ${JSON.stringify(subject)}: make one, or add the subject to one (JetStream must be on there)`,
      error,
    );
  if (cause instanceof errors.PermissionViolationError)
    return new NatsFailure("not_permitted", `${server} does not allow it: ${cause.message}`, error);
  if (cause instanceof errors.TimeoutError)
    return new NatsFailure(
      "response_timeout",
      `no stream on ${server} said within ${timeoutMs} ms that it has the message; it may have it (or none takes the subject ${JSON.stringify(subject)}, and only programs listen to it)`,
      error,
    );
  if (cause instanceof errors.InvalidArgumentError)
    return new NatsFailure(
      "message_too_large",
      `the message has ${Buffer.byteLength(payload)} bytes, and ${server} takes ${client.info?.max_payload ?? "fewer"} with all headers (max_payload)`,
      error,
    );
  return new NatsFailure(
    "connection_lost",
    `the connection to ${server} broke before a stream said that it has the message; it may have it`,
    error,
  );
}
