import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { DefinitionProblem } from "../model/errors.ts";
import { canonicalJson, isJsonObject, type JsonValue } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import { findFiles, reasonOf } from "./find-files.ts";
import { compileMender } from "./mender/compile.ts";
import type { FileProblem } from "./problem.ts";
import { type ReadDocument, readDocuments } from "./read-document.ts";
import type { CompileOptions } from "./task-checks.ts";

export interface LoadedDefinition {
  readonly workflow: Workflow;
  readonly source: JsonValue;
  readonly file: string;
}

export interface Loaded {
  /** Of each name the highest version, where its file has no error. */
  readonly definitions: LoadedDefinition[];
  /** Every mistake of every file. */
  readonly problems: FileProblem[];
}

const maxFileBytes = 1024 * 1024;

/** Reads, checks and compiles all definitions at the paths: files, or folders with all below them. Never throws for what it finds there. */
export async function loadDefinitions(paths: readonly string[], options: CompileOptions): Promise<Loaded> {
  const { files, problems } = await findFiles(paths);
  const compiled: (LoadedDefinition & { report: Report })[] = [];
  for (const file of files) {
    for (const document of await readFileDocuments(file, problems)) {
      const report: Report = (problem) => problems.push({ ...problem, file, ...document.place(problem.at) });
      const result = compileDocument(document.value, options);
      for (const problem of result.problems) report(problem);
      if (result.workflow !== undefined)
        compiled.push({ workflow: result.workflow, source: document.value, file, report });
    }
  }
  return { definitions: newest(compiled), problems };
}

type Report = (problem: DefinitionProblem) => void;

async function readFileDocuments(file: string, problems: FileProblem[]): Promise<ReadDocument[]> {
  const report = (message: string) => problems.push({ file, severity: "error", at: "", message });
  try {
    const about = await stat(file);
    if (!about.isFile()) {
      report("This is no file: definitions are read from files and folders");
      return [];
    }
    const { size } = about;
    if (size > maxFileBytes) {
      report(`The file has ${size} bytes; a definition file has at most ${maxFileBytes}`);
      return [];
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file)); // without the byte order mark
    const { documents, unreadable } = readDocuments(text, extname(file).toLowerCase() === ".json" ? "json" : "yaml");
    for (const { place, ...problem } of unreadable) problems.push({ ...problem, file, ...place });
    if (documents.length === 0 && unreadable.length === 0)
      report("The file is empty; a workflow definition was expected");
    return documents;
  } catch (error) {
    report(error instanceof TypeError ? "The file is not valid UTF-8" : `Cannot be read: ${reasonOf(error)}`);
    return [];
  }
}

/** Every dialect has its own `schemaVersion`. */
function compileDocument(
  document: JsonValue,
  options: CompileOptions,
): { workflow?: Workflow; problems: readonly DefinitionProblem[] } {
  const version = isJsonObject(document) ? document["schemaVersion"] : undefined;
  if (version === undefined || version === null || version === 0 || version === 1)
    return compileMender(document, options);
  const message =
    version === 2
      ? "schemaVersion 2 is the conductor dialect, which is not available in this version; 0 and 1 are"
      : `schemaVersion must be 0 or 1, not ${JSON.stringify(version)}`;
  return { problems: [{ severity: "error", at: "/schemaVersion", message }] };
}

/** Of one name the highest version wins; two documents of one name and version must be the same. */
function newest(compiled: readonly (LoadedDefinition & { report: Report })[]): LoadedDefinition[] {
  const byIdentity = new Map<string, LoadedDefinition>();
  const byName = new Map<string, LoadedDefinition>();
  for (const { workflow, source, file, report } of compiled) {
    const identity = `${workflow.name} ${workflow.version}`;
    const twin = byIdentity.get(identity);
    if (twin !== undefined && canonicalJson(twin.source) !== canonicalJson(source)) {
      const message = `Version ${workflow.version} of workflow ${JSON.stringify(workflow.name)} is in ${twin.file} too, with other content: give one a higher version`;
      report({ severity: "error", at: "/version", message });
      continue;
    }
    const definition = { workflow, source, file };
    byIdentity.set(identity, definition);
    if ((byName.get(workflow.name)?.workflow.version ?? -1) < workflow.version) byName.set(workflow.name, definition);
  }
  return [...byName.values()];
}
