import { namedMembers } from "../../model/document/named-members.ts";
import type { DefinitionProblem } from "../../model/errors.ts";
import { isJsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../model/json.ts";
import type { ReadText } from "../task-checks.ts";

/** A part in which the texts of files stand in place of their names. */
export interface WithTexts {
  readonly part: JsonValue;
  /** Names of the files, by the pointer of the field that named them. */
  readonly files: ReadonlyMap<JsonPointer, string>;
}

/**
 * Puts in the texts of the files that these fields of a part name by `@NAME`. They are part of the compiled model, so a job runs with the texts that it was started with, on
 * workers that do not have the files too, and a changed file is a changed definition. Files that cannot be read are added to `problems`.
 */
export function withFileTexts(
  part: JsonValue,
  at: JsonPointer,
  fields: readonly string[],
  readText: ReadText | undefined,
  problems: DefinitionProblem[],
): WithTexts {
  const files = new Map<JsonPointer, string>();
  if (!isJsonObject(part)) return { part, files };
  const replaced = { ...part };
  for (const field of namedMembers(part, fields).written.values()) {
    const value = part[field];
    if (typeof value !== "string" || !value.startsWith("@")) continue;
    const name = value.slice(1);
    const read = readText === undefined ? notFromFile : name.includes("${") ? noTemplate : readText(name);
    if ("text" in read) {
      replaced[field] = read.text;
      files.set(pointerTo(at, field), name);
    } else {
      const message = `${JSON.stringify(value)} names a file: ${read.problem}`;
      problems.push({ severity: "error", at: pointerTo(at, field), message });
    }
  }
  return { part: replaced, files };
}

const notFromFile = {
  problem:
    "only a definition that is read from a file may do that (a text that itself begins with @ needs a space or a line break before it)",
};

const noTemplate = { problem: "its name cannot hold a template, as it is read when the definition is loaded" };

/** Problems found in the text of a file, with its name. */
export function namingFiles(
  problems: readonly DefinitionProblem[],
  files: ReadonlyMap<JsonPointer, string>,
): DefinitionProblem[] {
  return problems.map((problem) => {
    const file = files.get(problem.at);
    return file === undefined ? problem : { ...problem, message: `in the file ${file}: ${problem.message}` };
  });
}
