import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Outcome, TaskResult } from "../../../../src/model/job/task-execution.ts";
import type { JsonObject } from "../../../../src/model/json.ts";
import { createCliKind } from "../../../../src/tasks/cli/cli-kind.ts";
import { type CliSettings, defaultCliSettings } from "../../../../src/tasks/cli/settings.ts";
import type { AttemptContext } from "../../../../src/tasks/kind.ts";
import { render } from "../../../../src/template/render.ts";
import type { Scope } from "../../../../src/template/template.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { attemptContext } from "../../../support/worker/attempt-context.ts";

export const shell = "/bin/sh";

const settings: CliSettings = { ...defaultCliSettings, allowedBinaries: [shell, "/bin/echo"], killGraceMs: 300 };

export interface RunOptions extends Partial<AttemptContext> {
  readonly input?: JsonObject;
  readonly settings?: Partial<CliSettings>;
}

/** Checks the part, renders it and runs one attempt, as a worker does. */
export async function run(part: JsonObject, { input = {}, settings: own, ...context }: RunOptions = {}) {
  const kind = createCliKind({ ...settings, ...own });
  const scope: Scope = { input, env: () => undefined, response: () => undefined };
  return kind.run(render(kind.check(part, "").spec, scope), attemptContext(context));
}

/** Runs a script, to which the words are arguments. */
export function script(text: string, words: readonly string[] = [], options?: RunOptions): Promise<Outcome> {
  return run({ command: [shell, "-c", text, "script", ...words] }, options);
}

/** A folder that is removed when the test is over. */
export async function folderOfTest(): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

export const inFolder = async (name: string): Promise<string> => join(await folderOfTest(), name);

export function resultOf(outcome: Outcome): TaskResult {
  if (!("result" in outcome) || outcome.result === undefined) throw new Error(JSON.stringify(outcome));
  return outcome.result;
}

export function responseOf(outcome: Outcome): JsonObject {
  return resultOf(outcome).response as JsonObject;
}

/** The standard output. */
export function outputOf(outcome: Outcome): string {
  return String(responseOf(outcome)["body"]);
}

/** The code of a failed outcome, or its kind. */
export function codeOf(outcome: Outcome): string {
  return outcome.kind === "failed" ? outcome.error.code : outcome.kind;
}
