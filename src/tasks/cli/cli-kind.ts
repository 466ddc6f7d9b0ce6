import type { Outcome } from "../../model/job/task-execution.ts";
import type { Log } from "../../model/log.ts";
import { textHider } from "../../model/redaction.ts";
import { hasProcessTable } from "../../processes/process-table.ts";
import type { Rendered } from "../../template/template.ts";
import type { AttemptContext, TaskKind } from "../kind.ts";
import { hasNul, refusalOf } from "./allowed.ts";
import { checkCliPart } from "./definition/check.ts";
import { cliSchema } from "./definition/schema.ts";
import type { CliSpec } from "./definition/spec.ts";
import { CliFailure, cliFailures } from "./failure.ts";
import { findGate, type Gate } from "./run/gate.ts";
import { LivingGroups } from "./run/living-groups.ts";
import { failureOutcome, outcomeOf } from "./run/outcome.ts";
import { type CommandParts, runCommand } from "./run/run-command.ts";
import { storedCommand } from "./run/stored-command.ts";
import type { CliSettings } from "./settings.ts";
import { whyUnusable } from "./unusable.ts";

export interface CliKind extends TaskKind<CliSpec> {
  /** For a process that runs tasks: sees what the machine offers, and says where that is not enough. */
  prepare(log: Log): void;
  /** Ends every command at once. */
  close(): Promise<void>;
}

/** The kind of tasks that run a command on the worker's machine. */
export function createCliKind(settings: CliSettings): CliKind {
  const living = new LivingGroups();
  let found: Gate | undefined;
  const gate = (): Gate => {
    found ??= findGate();
    return found;
  };
  return {
    type: "cli",
    schema: cliSchema,
    failures: cliFailures,
    check: (part, at) => checkCliPart(part, at, settings.allowedBinaries),
    run: (spec, attempt) => runAttempt(spec, attempt, { settings, living, gate: gate() }),
    prepare(log) {
      if (settings.allowedBinaries.length > 0) warnOf(gate(), log);
      for (const binary of settings.allowedBinaries) warnOfProgram(binary, log);
    },
    close() {
      living.killAll();
      return Promise.resolve();
    },
  };
}

function warnOf(gate: Gate, log: Log): void {
  if (gate.diesWithWorker) return;
  const then = hasProcessTable()
    ? "until a worker on this machine takes their job over and ends them"
    : "and their tasks fail, as nobody can tell whether they ended";
  log.warn(
    {},
    `this machine has no setpriv that takes --pdeathsig: when this worker is killed, commands go on ${then}`,
  );
}

/** No error: one list may be for machines of which not all have everything, and a program may be installed later. */
function warnOfProgram(binary: string, log: Log): void {
  const why = whyUnusable(binary);
  if (why === undefined) return;
  log.warn({ binary }, `allowed_binaries lists ${JSON.stringify(binary)}, ${why}: tasks that run it fail here`);
}

async function runAttempt(
  { command, executionTimeoutMs, successCodes = [0] }: Rendered<CliSpec>,
  attempt: AttemptContext,
  parts: Omit<CommandParts, "hide">,
): Promise<Outcome> {
  const { settings } = parts;
  const hide = textHider(withLines(attempt.secrets));
  const request = storedCommand(command, hide, settings.maxResultBytes);
  const timeoutMs = executionTimeoutMs ?? settings.executionTimeoutMs;
  try {
    checkRendered(command, settings.allowedBinaries);
    if (attempt.signal.aborted) return { kind: "interrupted", result: { request } };
    const ran = await runCommand(command, timeoutMs, attempt, { ...parts, hide });
    return outcomeOf(ran, successCodes, timeoutMs, hide, request);
  } catch (error) {
    if (error instanceof CliFailure) return failureOutcome(error, hide, request);
    throw error;
  }
}

function checkRendered(command: readonly string[], allowed: readonly string[]): void {
  const refused = refusalOf(command[0] ?? "", allowed);
  if (refused !== undefined) throw new CliFailure("binary_refused", refused);
  const index = command.findIndex(hasNul);
  if (index >= 0) throw new CliFailure("command_invalid", `argument ${index} holds a NUL character`);
}

/** A log shows outputs by lines: a secret of many is known by each of them. */
function withLines(secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => (secret.includes("\n") ? [secret, ...secret.split(/\r?\n/)] : [secret]));
}
