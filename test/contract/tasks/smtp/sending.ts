import { onTestFinished } from "vitest";
import type { Outcome, TaskResult } from "../../../../src/model/job/task-execution.ts";
import type { JsonObject } from "../../../../src/model/json.ts";
import type { AttemptContext } from "../../../../src/tasks/kind.ts";
import { defaultSmtpSettings, type SmtpSettings } from "../../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../../src/tasks/smtp/smtp-kind.ts";
import { render } from "../../../../src/template/render.ts";
import type { Scope } from "../../../../src/template/template.ts";
import { type MailServer, type MailServerOptions, startMailServer } from "../../../support/mail/mail-server.ts";
import { attemptContext } from "../../../support/worker/attempt-context.ts";

export interface SendOptions extends Partial<AttemptContext> {
  readonly input?: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Sender {
  readonly server: MailServer;
  /** Checks a part, made whole by what every mail needs, renders it and runs one attempt, as a worker does. */
  send(part?: JsonObject, options?: SendOptions): Promise<Outcome>;
}

/** The kind beside a mail server; both are gone when the test is over. */
export async function sender(options: MailServerOptions = {}, settings: Partial<SmtpSettings> = {}): Promise<Sender> {
  const server = await startMailServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, send: sendTo(server.port, settings) };
}

export function sendTo(port: number, settings: Partial<SmtpSettings> = {}): Sender["send"] {
  const kind = createSmtpKind({ ...defaultSmtpSettings, host: "127.0.0.1", port, ...settings }, 1024 * 1024);
  onTestFinished(() => kind.close());
  return async (part = {}, { input = {}, env = {}, ...context } = {}) => {
    const scope: Scope = { input, env: (name) => env[name], response: () => undefined };
    const whole = { from: "fleet@example.com", to: ["ada@example.com"], subject: "news", body: "Hello", ...part };
    return kind.run(render(kind.check(whole, "").spec, scope), attemptContext({ idempotencyKey: "key-1", ...context }));
  };
}

/** The code of a failed outcome, or its kind. */
export function codeOf(outcome: Outcome): string {
  return outcome.kind === "failed" ? outcome.error.code : outcome.kind;
}

export function messageOf(outcome: Outcome): string {
  return outcome.kind === "failed" ? outcome.error.message : outcome.kind;
}

export function resultOf(outcome: Outcome): TaskResult {
  if (!("result" in outcome) || outcome.result === undefined) throw new Error(JSON.stringify(outcome));
  return outcome.result;
}
