import { closest } from "../../model/closest.ts";
import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { type JsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiSettings } from "../settings.ts";

const maxReasonLength = 1000;

/** What the body of an action may hold. */
interface ActionBody {
  readonly reason?: string;
  /** Of the workflow. */
  readonly version?: number;
  /** Path or name. */
  readonly task?: string;
  readonly iteration?: number;
  readonly newKey?: boolean;
  readonly undo?: boolean;
}

type Member = keyof ActionBody;

interface Rule {
  readonly is: (value: JsonValue) => boolean;
  readonly must: string;
}

const rules: Readonly<Record<Member, Rule>> = {
  reason: {
    is: (value) => typeof value === "string" && value.length <= maxReasonLength,
    must: `must be a text of at most ${maxReasonLength} characters`,
  },
  version: { is: isWhole, must: "must be a whole number, a version of the job's workflow" },
  task: {
    is: (value) => typeof value === "string" && value !== "",
    must: "must be a text, the path or the name of a task of the job",
  },
  iteration: { is: isWhole, must: "must be a whole number, that of the task in its loop" },
  undo: { is: (value) => typeof value === "boolean", must: "must be true or false" },
  newKey: { is: (value) => typeof value === "boolean", must: "must be true or false" },
};

/** Reads the optional body of what people ask of a job: `reason`, and what else the action takes. Throws invalid_body, invalid_request. */
export function parseAsk<M extends Member = "reason">(
  body: unknown,
  settings: ApiSettings,
  more: readonly M[] = [],
): Pick<ActionBody, M | "reason"> {
  return read(body, settings, ["reason", ...more], []);
}

/** The same of an action that is about one task. */
export function parseTaskAsk(
  body: unknown,
  settings: ApiSettings,
): { readonly task: string } & Pick<ActionBody, "reason" | "iteration"> {
  const asked: ActionBody = read(body, settings, ["reason", "task", "iteration"], ["task"]);
  return { ...asked, task: asked.task ?? "" };
}

function read(
  body: unknown,
  settings: ApiSettings,
  members: readonly Member[],
  required: readonly Member[],
): ActionBody {
  const given = objectOf(body, settings);
  const mistakes: ErrorDetail[] = [];
  for (const [name, value] of Object.entries(given)) {
    const member = members.find((known) => known === name);
    if (member === undefined) mistakes.push({ at: pointerTo("", name), message: unknown(name, members) });
    else if (!rules[member].is(value)) mistakes.push({ at: `/${member}`, message: rules[member].must });
  }
  for (const member of required)
    if (!Object.hasOwn(given, member)) mistakes.push({ at: `/${member}`, message: rules[member].must });
  if (members.includes("iteration") && Object.hasOwn(given, "iteration") && !Object.hasOwn(given, "task"))
    mistakes.push({ at: "/iteration", message: "says which one of a task: name that in task" });
  throwIfAny(mistakes);
  return given;
}

function objectOf(body: unknown, settings: ApiSettings): JsonObject {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return {};
  return parseJsonObject(body, "Unable to parse the body", settings);
}

function unknown(name: string, members: readonly Member[]): string {
  const meant = closest(name, members);
  return `is not known${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function isWhole(value: JsonValue): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function throwIfAny(details: readonly ErrorDetail[]): void {
  const [first] = details;
  if (first === undefined) return;
  throw new WorkflowsError("invalid_request", `Invalid body: ${first.at} ${first.message}`, { details });
}
