import { type TSchema, Type } from "typebox";
import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { type JsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import { notKnown } from "../query.ts";
import type { ApiSettings } from "../settings.ts";

const maxReasonLength = 1000;

/** What the body of an action may hold. */
export interface ActionBody {
  readonly reason?: string;
  /** Of the workflow. */
  readonly version?: number;
  /** Path or name. */
  readonly task?: string;
  readonly iteration?: number;
  readonly newKey?: boolean;
  readonly undo?: boolean;
}

export type ActionMember = keyof ActionBody;

/** The same, as documents describe it. */
const AskMembers: Readonly<Record<ActionMember, TSchema>> = {
  reason: Type.String({ maxLength: maxReasonLength, description: "Why; the history keeps it" }),
  version: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "Of the workflow; default: the one that the job was started with",
  }),
  task: Type.String({ minLength: 1, description: "Path or name of a task of the job" }),
  iteration: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "Which one, of a task in a loop",
  }),
  newKey: Type.Boolean({ description: "What is run again is called under another Idempotency-Key" }),
  undo: Type.Boolean({ description: "false: nothing of what was done is undone, or nothing more" }),
};

/** The body of an action that may hold a reason and these members, and `more` that it does not know. */
export function askSchema(
  members: readonly ActionMember[],
  required: readonly ActionMember[],
  { example, more = {} }: { readonly example: object; readonly more?: Readonly<Record<string, TSchema>> },
) {
  const asked = (["reason", ...members] as const).map((member): [string, TSchema] => [
    member,
    required.includes(member) ? AskMembers[member] : Type.Optional(AskMembers[member]),
  ]);
  return Type.Object(
    { ...Object.fromEntries(asked), ...more },
    {
      additionalProperties: false,
      ...(members.includes("iteration") && { dependentRequired: { iteration: ["task"] } }),
      examples: [{ ...example, ...(required.includes("task") && { task: "call" }) }],
    },
  );
}

/** What the value of a member has to be, in words and as a check. */
export interface Rule {
  readonly is: (value: JsonValue) => boolean;
  readonly must: string;
}

const rules: Readonly<Record<ActionMember, Rule>> = {
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
export function parseAsk<M extends ActionMember = "reason">(
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
  members: readonly ActionMember[],
  required: readonly ActionMember[],
): ActionBody {
  const given = objectOf(body, settings);
  throwIfAny(mistakesIn(given, members, required));
  return given;
}

/** What is wrong with the members of a body; `others`: names that are read elsewhere. */
export function mistakesIn(
  given: JsonObject,
  members: readonly ActionMember[],
  required: readonly ActionMember[],
  others: readonly string[] = [],
): ErrorDetail[] {
  const mistakes: ErrorDetail[] = [];
  for (const [name, value] of Object.entries(given)) {
    const member = members.find((known) => known === name);
    if (others.includes(name)) continue;
    if (member === undefined)
      mistakes.push({ at: pointerTo("", name), message: notKnown(name, [...members, ...others]) });
    else if (!rules[member].is(value)) mistakes.push({ at: `/${member}`, message: rules[member].must });
  }
  for (const member of required)
    if (!Object.hasOwn(given, member)) mistakes.push({ at: `/${member}`, message: rules[member].must });
  if (members.includes("iteration") && Object.hasOwn(given, "iteration") && !Object.hasOwn(given, "task"))
    mistakes.push({ at: "/iteration", message: "says which one of a task: name that in task" });
  return mistakes;
}

/** An empty body is an empty object. */
export function objectOf(body: unknown, settings: ApiSettings): JsonObject {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return {};
  return parseJsonObject(body, "Unable to parse the body", settings);
}

function isWhole(value: JsonValue): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Throws invalid_request. */
export function throwIfAny(details: readonly ErrorDetail[]): void {
  const [first] = details;
  if (first === undefined) return;
  throw new WorkflowsError("invalid_request", `Invalid body: ${first.at} ${first.message}`, { details });
}
