import { setTimeout as delay } from "node:timers/promises";
import type { Outcome } from "../../model/job/task-execution.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Log } from "../../model/log.ts";
import { textHider } from "../../model/redaction.ts";
import type { Rendered } from "../../template/template.ts";
import type { AttemptContext, TaskKind } from "../kind.ts";
import { checkFiles } from "./check-files.ts";
import { checkNatsPart, notConfigured } from "./definition/check.ts";
import { natsSchema } from "./definition/schema.ts";
import type { NatsSpec } from "./definition/spec.ts";
import { NatsFailure, natsFailures } from "./failure.ts";
import { Connection } from "./run/connection.ts";
import type { Acknowledged } from "./run/link.ts";
import { type Message, messageOf } from "./run/message.ts";
import { storedMessage } from "./run/stored-message.ts";
import { unlessAborted } from "./run/unless-aborted.ts";
import type { NatsSettings } from "./settings.ts";

export interface NatsKind extends TaskKind<NatsSpec> {
  /** For a process that runs tasks: tells from now on about its connection. Throws `StartError` where a file that the settings name cannot be used. */
  prepare(log: Log): void;
  /** Ends the connection; attempts that run fail. */
  close(): Promise<void>;
}

/** The kind of tasks that publish a message to a JetStream stream of a NATS server. Connects when the first of them is run. */
export function createNatsKind(settings: NatsSettings): NatsKind {
  const { address } = settings;
  const connection = address === undefined ? undefined : new Connection(address, settings);
  return {
    type: "nats",
    schema: natsSchema,
    failures: natsFailures,
    check: (part, at) => checkNatsPart(part, at, address !== undefined),
    target: () => address?.shown,
    run: (spec, attempt) => runAttempt(spec, attempt, settings, connection),
    prepare(log) {
      connection?.tellTo(log);
      if (connection !== undefined) checkFiles(settings);
    },
    close: async () => connection?.close(),
  };
}

async function runAttempt(
  spec: Rendered<NatsSpec>,
  attempt: AttemptContext,
  settings: NatsSettings,
  connection: Connection | undefined,
): Promise<Outcome> {
  const hide = textHider(attempt.secrets);
  let request: JsonValue | undefined;
  try {
    const message = messageOf(spec, settings.subjectPrefix);
    request = storedMessage(message, settings.address?.shown ?? "", hide);
    if (connection === undefined) throw new NatsFailure("not_configured", notConfigured);
    const { stream, seq, duplicate } = await publish(message, attempt, settings, connection);
    return { kind: "succeeded", result: { request, response: { json: { stream, seq, duplicate } } } };
  } catch (error) {
    const result = request === undefined ? {} : { result: { request } };
    if (attempt.signal.aborted) return { kind: "interrupted", ...result };
    if (!(error instanceof NatsFailure)) throw error;
    const { code, message, retryable } = error;
    return { kind: "failed", error: { code, message: hide(message) }, ...result, retryable };
  }
}

/** As long as a cluster chooses a leader for a stream, nobody takes its messages; nothing was stored then, so nothing can be stored twice. */
const moreTries = 2;
const pauseMs = 250;

async function publish(
  message: Message,
  { signal, idempotencyKey }: AttemptContext,
  { responseTimeoutMs }: NatsSettings,
  connection: Connection,
): Promise<Acknowledged> {
  for (let tries = 0; ; tries += 1) {
    const link = await connection.open(signal);
    try {
      return await unlessAborted(link.publish(message, idempotencyKey, responseTimeoutMs), signal);
    } catch (error) {
      if (!(error instanceof NatsFailure) || error.code !== "no_stream" || tries === moreTries) throw error;
    }
    await delay(pauseMs, undefined, { signal });
  }
}
