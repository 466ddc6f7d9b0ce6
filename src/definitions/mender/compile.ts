import { closest } from "../../model/closest.ts";
import { memberNamed } from "../../model/document/named-members.ts";
import type { DefinitionProblem } from "../../model/errors.ts";
import { sha256Hex } from "../../model/ids.ts";
import { canonicalJson, isJsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { defaultTopic } from "../../model/takes.ts";
import type { TaskNode, Workflow } from "../../model/workflow.ts";
import type { CompileOptions } from "../task-checks.ts";
import { FieldReader, found } from "./field-reader.ts";
import { maxNameLength, maxSeconds, mostRunning, nameIsMissing, reservedNames, workflowFields } from "./fields.ts";
import { warnOfLateRetries } from "./late-retries.ts";
import { jobRetryOf } from "./retry.ts";
import { searchableOf } from "./searchable.ts";
import { compileTask } from "./task.ts";

const topicPattern = /^[^\s,*]+$/;

/** The name stands in paths of the API. */
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Compiles a document of the mender dialect. All mistakes at once; a workflow only where there is no error. */
export function compileMender(
  document: JsonValue,
  options: CompileOptions,
): { workflow?: Workflow; problems: readonly DefinitionProblem[] } {
  const problems: DefinitionProblem[] = [];
  if (!isJsonObject(document)) {
    return {
      problems: [
        { severity: "error", at: "", message: `a workflow definition must be an object, not ${found(document)}` },
      ],
    };
  }
  if (
    document["tasks"] === undefined &&
    Object.keys(document).every((field) => closest(field, ["tasks"]) === undefined)
  ) {
    const message = "a workflow must have tasks; if this is no workflow definition, it belongs elsewhere";
    return { problems: [{ severity: "error", at: "", message }] };
  }
  const fields = new FieldReader(document, "", workflowFields, problems);
  const name = nameOf(fields);
  const parameters = parametersOf(fields);
  const searchable = searchableOf(fields, parameters, options);
  const timeout = fields.seconds("timeout", 0.001, maxSeconds);
  const maxRunning = fields.whole("maxRunning", 1, mostRunning);
  const priority = fields.whole("priority", 1, 9);
  const retry = jobRetryOf(fields, problems);
  const onFailure = onFailureOf(fields, name);
  const version = fields.whole("version", 0, Number.MAX_SAFE_INTEGER) ?? 1;
  const description = fields.text("description") ?? "";
  const topic = topicOf(fields);
  const ephemeral = fields.flag("ephemeral");
  const children = tasksOf(fields, parameters, options, problems);
  const timeoutMs = timeout === undefined ? undefined : Math.round(timeout * 1000);
  const overall = "the workflow's timeout"; // it bounds no undo
  warnOfLateRetries(retry, timeoutMs, "", overall, problems);
  for (const task of children)
    warnOfLateRetries(task.retry, timeoutMs, pointerTo(fields.pointer("tasks"), task.path), overall, problems);
  if (problems.some(({ severity }) => severity === "error") || name === undefined) return { problems };
  const model = {
    name,
    version,
    description,
    ...parameters,
    ...searchable,
    topic,
    ephemeral,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(maxRunning !== undefined && { maxRunning }),
    ...(priority !== undefined && { priority }),
    ...(retry !== undefined && { retry }),
    ...(onFailure !== undefined && { onFailure }),
    root: { kind: "sequence" as const, children },
  };
  return { workflow: { ...model, digest: sha256Hex(canonicalJson(model as unknown as JsonValue)) }, problems };
}

function nameOf(fields: FieldReader): string | undefined {
  const name = fields.text("name");
  if (name === undefined || name === "") {
    if (fields.value("name") === undefined || name === "") fields.error(name === "" ? "name" : "", nameIsMissing);
  } else if (reservedNames.includes(name)) {
    fields.error(
      "name",
      `a workflow cannot be called ${JSON.stringify(name)}: the API uses that path; reserved are ${reservedNames.join(", ")}`,
    );
  } else if (name.length > maxNameLength || !namePattern.test(name)) {
    fields.error(
      "name",
      `the name must have up to ${maxNameLength} letters, digits, "_", "-" and "." (it is part of a path), not ${found(name)}`,
    );
  } else {
    return name;
  }
  return undefined;
}

/** Whether there is such a workflow turns out when it is to be started: it may come from elsewhere, or later. */
function onFailureOf(fields: FieldReader, own: string | undefined): string | undefined {
  const name = fields.text("onFailure");
  if (name === undefined) return undefined;
  if (name === own) fields.error("onFailure", "a workflow cannot be started because a job of its own failed");
  else if (name.length > maxNameLength || !namePattern.test(name))
    fields.error("onFailure", `onFailure must be the name of a workflow, not ${found(name)}`);
  return name;
}

/** Settings name topics in lists with commas, and all of them by a star. */
function topicOf(fields: FieldReader): string {
  const topic = fields.text("topic") ?? "";
  if (topic === "") return defaultTopic;
  if (topic.length > maxNameLength || !topicPattern.test(topic))
    fields.error(
      "topic",
      `the topic must have up to ${maxNameLength} characters, and no spaces, commas and stars, not ${found(topic)}`,
    );
  return topic;
}

type Parameters = Pick<Workflow, "inputParameters" | "optionalParameters" | "secretParameters">;

function parametersOf(fields: FieldReader): Parameters {
  const inputParameters = fields.texts("inputParameters");
  const optionalParameters = fields.texts("optionalParameters");
  const secretParameters = fields.texts("secretParameters");
  for (const [index, parameter] of optionalParameters.entries()) {
    if (inputParameters.includes(parameter))
      fields.error(`optionalParameters/${index}`, `${JSON.stringify(parameter)} is in inputParameters too`);
  }
  for (const [index, parameter] of secretParameters.entries()) {
    if (inputParameters.includes(parameter) || optionalParameters.includes(parameter)) continue;
    fields.error(
      `secretParameters/${index}`,
      `${JSON.stringify(parameter)} is neither in inputParameters nor in optionalParameters`,
    );
  }
  return { inputParameters, optionalParameters, secretParameters };
}

function tasksOf(
  fields: FieldReader,
  parameters: Parameters,
  options: CompileOptions,
  problems: DefinitionProblem[],
): TaskNode[] {
  const tasks = fields.value("tasks");
  if (!Array.isArray(tasks) || tasks.length === 0) {
    const wrong =
      tasks === undefined
        ? "a workflow must have tasks"
        : `tasks must be an array with at least one task, not ${Array.isArray(tasks) ? "an empty one" : found(tasks)}`;
    fields.error(tasks === undefined ? "" : "tasks", wrong);
    return [];
  }
  const names = tasks.map((task) => {
    const name = isJsonObject(task) ? memberNamed(task, "name") : undefined;
    return typeof name === "string" ? name : "";
  });
  reportTwins(fields, names);
  const inputs = [...parameters.inputParameters, ...parameters.optionalParameters];
  return tasks.flatMap((task, index) => {
    const nameable = { inputs, tasks: names, earlier: names.slice(0, index), envAllowed: options.envAllowed };
    return (
      compileTask(task, pointerTo(fields.pointer("tasks"), index), String(index), nameable, options, problems) ?? []
    );
  });
}

function reportTwins(fields: FieldReader, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (name === "" || names.indexOf(name) === index) continue;
    fields.warning(
      `tasks/${index}/name`,
      `two tasks are called ${JSON.stringify(name)}: references to it mean the latest that has ended`,
    );
  }
}
