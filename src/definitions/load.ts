import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { DefinitionProblem } from "../model/errors.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../model/json.ts";
import { maxDefinitionBytes, type Workflow } from "../model/workflow.ts";
import { companionTexts } from "./companion-texts.ts";
import { compileDocument, schemaOfDocuments } from "./compile-document.ts";
import { type ReadDocument, readDocuments } from "./document/read-document.ts";
import { findFiles, reasonOf } from "./find-files.ts";
import type { FileProblem } from "./problem.ts";
import type { CompileOptions } from "./task-checks.ts";

export interface LoadedDefinition {
  readonly workflow: Workflow;
  readonly source: JsonValue;
  readonly file: string;
}

export interface Loaded {
  /** Of each name the highest version, where its file has no error. */
  readonly definitions: LoadedDefinition[];
  /** The other versions. */
  readonly older: LoadedDefinition[];
  /** Every mistake of every file. */
  readonly problems: FileProblem[];
}

/** Told of each document that could be read, whether or not it compiles. */
export type SeeDocument = (file: string, document: ReadDocument) => void;

/** Reads, checks and compiles all definitions at the paths: files, or folders with all below them. Never throws for what it finds there. */
export async function loadDefinitions(
  paths: readonly string[],
  options: CompileOptions,
  see: SeeDocument = () => undefined,
): Promise<Loaded> {
  const { files, problems } = await findFiles(paths);
  const schema = schemaOfDocuments(options);
  const compiled: (LoadedDefinition & { report: Report })[] = [];
  for (const { path: file, folder } of files) {
    const ofFile = { ...options, readText: companionTexts(file, folder) };
    for (const document of await readFileDocuments(file, schema, problems)) {
      see(file, document);
      const report: Report = (problem) => problems.push({ ...problem, file, ...document.place(problem.at) });
      const result = compileDocument(document.value, ofFile);
      for (const problem of result.problems) report(problem);
      if (result.workflow !== undefined)
        compiled.push({ workflow: result.workflow, source: document.value, file, report });
    }
  }
  return { ...byVersion(compiled), problems };
}

type Report = (problem: DefinitionProblem) => void;

async function readFileDocuments(file: string, schema: JsonObject, problems: FileProblem[]): Promise<ReadDocument[]> {
  const report = (message: string) => problems.push({ file, severity: "error", at: "", message });
  try {
    const about = await stat(file);
    if (!about.isFile()) {
      report("This is no file: definitions are read from files and folders");
      return [];
    }
    const { size } = about;
    if (size > maxDefinitionBytes) {
      report(`The file has ${size} bytes; a definition file has at most ${maxDefinitionBytes}`);
      return [];
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file)); // without the byte order mark
    const format = extname(file).toLowerCase() === ".json" ? "json" : "yaml";
    const { documents, unreadable } = readDocuments(text, format, schema);
    for (const { place, ...problem } of unreadable) problems.push({ ...problem, file, ...place });
    if (documents.length === 0 && unreadable.length === 0)
      report("The file is empty; a workflow definition was expected");
    return documents;
  } catch (error) {
    report(error instanceof TypeError ? "The file is not valid UTF-8" : `Cannot be read: ${reasonOf(error)}`);
    return [];
  }
}

type Written = Pick<LoadedDefinition, "workflow" | "source">;

/** The files that two equal texts name may differ. */
function isSame(a: Written, b: Written): boolean {
  return a.workflow.digest === b.workflow.digest && canonicalJson(a.source) === canonicalJson(b.source);
}

/** Of one name the highest version wins; two documents of one name and version must be the same. */
function byVersion(
  compiled: readonly (LoadedDefinition & { report: Report })[],
): Pick<Loaded, "definitions" | "older"> {
  const byIdentity = new Map<string, LoadedDefinition>();
  const newest = new Map<string, LoadedDefinition>();
  for (const { workflow, source, file, report } of compiled) {
    const identity = `${workflow.name} ${workflow.version}`;
    const twin = byIdentity.get(identity);
    if (twin !== undefined && !isSame(twin, { workflow, source })) {
      const message = `Version ${workflow.version} of workflow ${JSON.stringify(workflow.name)} is in ${twin.file} too, with other content: give one a higher version`;
      report({ severity: "error", at: "/version", message });
      continue;
    }
    const definition = { workflow, source, file };
    byIdentity.set(identity, definition);
    if ((newest.get(workflow.name)?.workflow.version ?? -1) <= workflow.version) newest.set(workflow.name, definition);
  }
  const definitions = [...newest.values()];
  return { definitions, older: [...byIdentity.values()].filter((definition) => !definitions.includes(definition)) };
}
