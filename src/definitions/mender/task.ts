import { closest } from "../../model/closest.ts";
import { memberNamed } from "../../model/document/named-members.ts";
import { DefinitionError, type DefinitionProblem } from "../../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../model/json.ts";
import { undoPathOf } from "../../model/tree/undo-path.ts";
import type { TaskNode } from "../../model/workflow.ts";
import { compileText } from "../../template/compile.ts";
import type { TextTemplate } from "../../template/template.ts";
import type { CompileOptions, TaskCheck } from "../task-checks.ts";
import { FieldReader, found } from "./field-reader.ts";
import {
  lossPolicies,
  maxAttemptSeconds,
  maxNameLength,
  maxSeconds,
  taskFields,
  taskTypes,
  undoFields,
} from "./fields.ts";
import { namingFiles, withFileTexts } from "./file-texts.ts";
import { warnOfLateRetries } from "./late-retries.ts";
import { checkReferences, type Nameable } from "./references.ts";
import { retryOf } from "./retry.ts";

/** Compiles one task; undefined where it has mistakes, which are in `problems` then. */
export function compileTask(
  task: JsonValue,
  at: JsonPointer,
  path: string,
  names: Nameable,
  options: CompileOptions,
  problems: DefinitionProblem[],
): TaskNode | undefined {
  if (!isJsonObject(task)) {
    problems.push({ severity: "error", at, message: `a task must be an object, not ${found(task)}` });
    return undefined;
  }
  const fields = readerOf(task, at, taskFields, problems);
  const name = nameOf(fields);
  const undo = fields.value("undo");
  const undoNode =
    undo === undefined ? undefined : compileUndo(undo, fields, path, name ?? "", names, options, problems);
  const run = runOf(fields, names, options, problems);
  if (name === undefined || run === undefined || (undo !== undefined && undoNode === undefined)) return undefined;
  return { kind: "task", path, name, ...run, ...(undoNode !== undefined && { undo: undoNode }) };
}

/** What undoes a task: a task without a name and without an undo. Its templates may read what any task brought, its own first of all. */
function compileUndo(
  undo: JsonValue,
  of: FieldReader,
  path: string,
  name: string,
  names: Nameable,
  options: CompileOptions,
  problems: DefinitionProblem[],
): TaskNode | undefined {
  if (!isJsonObject(undo)) {
    of.error("undo", `undo must be an object with a type and its part, as a task has them, not ${found(undo)}`);
    return undefined;
  }
  const fields = readerOf(undo, of.pointer("undo"), undoFields, problems);
  const run = runOf(fields, { ...names, earlier: names.tasks }, options, problems);
  return run === undefined ? undefined : { kind: "task", path: undoPathOf(path), name: `undo ${name}`, ...run };
}

function readerOf(
  task: JsonObject,
  at: JsonPointer,
  known: readonly string[],
  problems: DefinitionProblem[],
): FieldReader {
  const type = memberNamed(task, "type");
  const part = typeof type === "string" && type !== "" ? [type] : [];
  return new FieldReader(task, at, [...known, ...part, ...taskTypes.filter((other) => other !== type)], problems);
}

/** What is run, and by which policies. */
function runOf(
  fields: FieldReader,
  names: Nameable,
  options: CompileOptions,
  problems: DefinitionProblem[],
): Omit<TaskNode, "kind" | "path" | "name" | "undo"> | undefined {
  const type = fields.value("type");
  const { at } = fields;
  const requires = requiresOf(fields, problems);
  const retry = retryOf(fields, typeof type === "string" ? options.kinds.get(type)?.failures : undefined, problems);
  const timeout = fields.seconds("timeout", 0.001, maxAttemptSeconds);
  const totalTimeout = fields.seconds("totalTimeout", 0.001, maxSeconds);
  const [timeoutMs, totalTimeoutMs] = [millisecondsOf(timeout), millisecondsOf(totalTimeout)];
  warnOfLateRetries(retry, totalTimeoutMs, at, "totalTimeout", problems);
  if (timeout !== undefined && totalTimeout !== undefined && timeout > totalTimeout)
    fields.warning("timeout", `has no effect: totalTimeout, ${totalTimeout} s, ends each attempt before`);
  const whenLost = fields.word("whenLost", lossPolicies) ?? "retry";
  checkReferences(fields.value("requires") ?? [], fields.pointer("requires"), names, problems);
  const spec = specOf(fields, type, names, options, problems);
  if (spec === undefined) return undefined;
  return {
    type: spec.type,
    spec: spec.spec,
    requires: requires.map((template) => ({ $text: [...template.$text] })),
    retry,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
    whenLost,
  };
}

/** Texts of which none may render to nothing; one that is empty switches its task off, as it did in the original. */
function requiresOf(fields: FieldReader, problems: DefinitionProblem[]): TextTemplate[] {
  return fields.items("requires").flatMap((text, index) => {
    const place = `requires/${index}`;
    if (typeof text !== "string") {
      fields.error(place, `must be a text, not ${found(text)}`);
      return [];
    }
    if (text === "") fields.warning(place, "is empty, so it always renders to nothing: the task never runs");
    return [compileText(text, pointerTo(fields.pointer("requires"), index), problems)];
  });
}

function millisecondsOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

function nameOf(fields: FieldReader): string | undefined {
  const name = fields.text("name");
  if (name === undefined || name === "") {
    if (fields.value("name") === undefined || name === "") fields.error("name", "a task must have a name");
    return undefined;
  }
  if (name.length <= maxNameLength) return name;
  fields.error("name", `a name has at most ${maxNameLength} characters`);
  return undefined;
}

function specOf(
  fields: FieldReader,
  type: JsonValue | undefined,
  names: Nameable,
  options: CompileOptions,
  problems: DefinitionProblem[],
): { type: string; spec: JsonValue } | undefined {
  const available = [...options.kinds.keys()];
  const said = `available: ${available.join(", ")}`;
  if (typeof type !== "string" || type === "") {
    fields.error(
      type === undefined ? "" : "type",
      type === undefined ? `a task must have a type; ${said}` : `type must be a text, not ${found(type)}`,
    );
    return undefined;
  }
  const kind = options.kinds.get(type);
  if (kind === undefined) {
    const known = taskTypes.some((name) => name === type);
    if (known) fields.error("type", `type ${JSON.stringify(type)} is not available in this version; ${said}`);
    else fields.error("type", `unknown type ${JSON.stringify(type)}; ${said}`, closest(type, taskTypes));
    return undefined;
  }
  for (const other of taskTypes) {
    if (other !== type && fields.value(other) !== undefined)
      fields.warning(other, `has no effect: the task's type is ${JSON.stringify(type)}`);
  }
  const written = fields.value(type);
  if (written === undefined) {
    fields.error("", `a task of type ${JSON.stringify(type)} needs a part ${JSON.stringify(type)}`);
    return undefined;
  }
  const at = fields.pointer(type);
  const { part, files } = withFileTexts(written, at, kind.fileFields ?? [], options.readText, problems);
  const inside: DefinitionProblem[] = [];
  checkReferences(part, at, names, inside);
  const spec = checkedSpec(kind, part, at, inside);
  problems.push(...namingFiles(inside, files));
  return spec === undefined ? undefined : { type, spec };
}

function checkedSpec(
  kind: TaskCheck,
  part: JsonValue,
  at: JsonPointer,
  problems: DefinitionProblem[],
): JsonValue | undefined {
  try {
    const { spec, warnings } = kind.check(part, at);
    problems.push(...warnings);
    return spec;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
