import { closest } from "../../../model/closest.ts";
import { DefinitionError } from "../../../model/errors.ts";
import { type JsonPointer, type JsonValue, kindOf, noText, pointerTo } from "../../../model/json.ts";
import { compileText } from "../../../template/compile.ts";
import type { TextTemplate } from "../../../template/template.ts";
import type { Checked } from "../../kind.ts";
import { Fields } from "../../part-fields.ts";
import { hasNul, refusalOf } from "../allowed.ts";
import { fieldNames, maxTimeoutSeconds } from "./schema.ts";
import type { CliSpec } from "./spec.ts";

/** Checks a `cli` part and compiles its templates. Throws `DefinitionError` with every mistake. */
export function checkCliPart(part: JsonValue, at: JsonPointer, allowed: readonly string[]): Checked<CliSpec> {
  const fields = new Fields(part, at, fieldNames);
  const command = checkCommand(fields, allowed);
  const seconds = fields.timeout("executionTimeOut", maxTimeoutSeconds);
  const successCodes = checkSuccessCodes(fields);
  if (fields.errors > 0) throw new DefinitionError(fields.problems);
  const spec: CliSpec = {
    command,
    ...(seconds !== undefined && { executionTimeoutMs: seconds * 1000 }),
    ...(successCodes !== undefined && { successCodes }),
  };
  return { spec, warnings: fields.problems };
}

function checkCommand(fields: Fields, allowed: readonly string[]): TextTemplate[] {
  const given = fields.value("command");
  const at = fields.pointer("command");
  if (given === undefined || (Array.isArray(given) && given.length === 0)) {
    fields.error(at, "command is missing: an array with the program's absolute path and its arguments");
    return [];
  }
  if (!Array.isArray(given)) {
    fields.error(
      at,
      `command must be an array of the program and its arguments, not ${kindOf(given)}: no shell reads it`,
    );
    return [];
  }
  const command = given.map((text, index) => checkArgument(fields, text, pointerTo(at, index)));
  checkProgram(fields, command[0], pointerTo(at, 0), allowed);
  return command;
}

function checkArgument(fields: Fields, text: JsonValue, at: JsonPointer): TextTemplate {
  if (typeof text !== "string") fields.error(at, `an argument must be a text, not ${noText(text)}`);
  else if (hasNul(text)) fields.error(at, "an argument cannot hold a NUL character");
  else return compileText(text, at, fields.problems);
  return { $text: [] };
}

/** One that is known only when it is rendered is looked up then. */
function checkProgram(
  fields: Fields,
  program: TextTemplate | undefined,
  at: JsonPointer,
  allowed: readonly string[],
): void {
  const parts = program?.$text ?? [];
  if (fields.errors > 0 || !parts.every((part) => typeof part === "string")) return;
  const binary = parts.join("");
  const refused = refusalOf(binary, allowed);
  if (refused !== undefined) fields.error(at, refused, closest(binary, allowed));
}

function checkSuccessCodes(fields: Fields): number[] | undefined {
  const given = fields.value("successCodes");
  if (given === undefined) return undefined;
  const at = fields.pointer("successCodes");
  if (!Array.isArray(given) || given.length === 0) {
    const what = Array.isArray(given) ? "an empty one" : kindOf(given);
    fields.error(at, `successCodes must be an array of exit codes such as [0, 3], not ${what}`);
    return undefined;
  }
  return given.flatMap((code, index) => {
    if (typeof code === "number" && Number.isInteger(code) && code >= 0 && code <= 255) return [code];
    fields.error(pointerTo(at, index), `an exit code is a whole number from 0 to 255, not ${JSON.stringify(code)}`);
    return [];
  });
}
