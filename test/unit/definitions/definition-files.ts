import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Loaded, loadDefinitions } from "../../../src/definitions/load.ts";
import { nameMatcher } from "../../../src/model/redaction.ts";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { envAllowList } from "../../../src/template/env-allow-list.ts";
import { tempFolder } from "../../support/temp-folder.ts";

export const kinds = taskKinds([createHttpKind(defaultHttpSettings, "test")]);

export const compileOptions = {
  kinds,
  envAllowed: envAllowList(["*_ADDR", "HAVE_*"]),
  looksSecret: nameMatcher(["*token*"]),
};

/** Writes files into a folder of the test's own. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  return folder.path;
}

export async function load(files: Readonly<Record<string, string | Uint8Array>>): Promise<Loaded> {
  return loadDefinitions([await folderWith(files)], compileOptions);
}

/** A definition that has no mistake, changed as a test wants it. */
export function definition(changes: object = {}): Record<string, unknown> {
  const task = { name: "call", type: "http", http: { uri: "http://service/path", method: "PUT" } };
  return { name: "greet", version: 1, inputParameters: ["device_id"], tasks: [task], ...changes };
}

/** The same with one task, changed. */
export function withTask(task: object, http: object = {}): Record<string, unknown> {
  return definition({
    tasks: [{ name: "call", type: "http", http: { uri: "http://service/path", ...http }, ...task }],
  });
}
