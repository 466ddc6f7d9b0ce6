import { StartError } from "../../model/errors.ts";
import type { Outcome } from "../../model/job/task-execution.ts";
import { textHider } from "../../model/redaction.ts";
import type { Rendered } from "../../template/template.ts";
import type { AttemptContext, TaskKind } from "../kind.ts";
import { checkSmtpPart } from "./definition/check.ts";
import { fileFields, smtpSchema } from "./definition/schema.ts";
import type { SmtpSpec } from "./definition/spec.ts";
import { SmtpFailure, smtpFailures } from "./failure.ts";
import { compose } from "./mail/compose.ts";
import { type Mail, mailOf, recipientsOf } from "./mail/mail.ts";
import { storedMail } from "./mail/stored-mail.ts";
import { failureOutcome, sentOutcome } from "./outcome.ts";
import { MailServer } from "./server/mail-server.ts";
import { type SmtpSettings, serverOf } from "./settings.ts";

export interface SmtpKind extends TaskKind<SmtpSpec> {
  /** For a process that runs tasks: reads the files that the settings name. Throws `StartError`. */
  prepare(): void;
  /** Ends every connection; attempts that run are interrupted. */
  close(): Promise<void>;
}

/** The kind of tasks that send a mail. `maxResultBytes`: the engine's limit of a result. */
export function createSmtpKind(settings: SmtpSettings, maxResultBytes: number): SmtpKind {
  const server = new MailServer(settings);
  const target = `smtp://${serverOf(settings)}`;
  return {
    type: "smtp",
    schema: smtpSchema,
    failures: smtpFailures,
    fileFields,
    check: checkSmtpPart,
    target: () => target,
    run: (spec, attempt) => runAttempt(spec, attempt, { settings, server, maxResultBytes }),
    prepare() {
      try {
        server.prepare();
      } catch (error) {
        throw error instanceof SmtpFailure ? new StartError(2, error.message) : error;
      }
    },
    close() {
      server.close();
      return Promise.resolve();
    },
  };
}

interface Parts {
  readonly settings: SmtpSettings;
  readonly server: MailServer;
  readonly maxResultBytes: number;
}

async function runAttempt(
  spec: Rendered<SmtpSpec>,
  attempt: AttemptContext,
  { settings, server, maxResultBytes }: Parts,
): Promise<Outcome> {
  const hide = textHider(
    settings.login === undefined ? attempt.secrets : [...attempt.secrets, settings.login.password],
  );
  let mail: Mail;
  try {
    mail = mailOf(spec, attempt.idempotencyKey);
  } catch (error) {
    if (error instanceof SmtpFailure) return failureOutcome(error, hide);
    throw error;
  }
  const request = storedMail(mail, hide, maxResultBytes);
  if (attempt.signal.aborted) return { kind: "interrupted", result: { request } };
  const envelope = { from: mail.from.address, to: recipientsOf(mail) };
  try {
    const timeoutMs = spec.timeoutMs ?? settings.timeoutMs;
    const reply = await server.send(envelope, await compose(mail), timeoutMs, attempt.signal);
    return sentOutcome(mail.messageId, reply, hide, request);
  } catch (error) {
    if (error instanceof SmtpFailure) return failureOutcome(error, hide, request);
    if (attempt.signal.aborted || server.closing) return { kind: "interrupted", result: { request } };
    throw error;
  }
}
