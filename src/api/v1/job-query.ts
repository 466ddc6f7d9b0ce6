import { closest } from "../../model/closest.ts";
import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { type JobStatus, jobStatuses } from "../../model/job/job.ts";
import { pointerTo } from "../../model/json.ts";
import type { JobQuery } from "../../store/store.ts";
import { menderStatuses, statesNamed } from "../mender/job-status.ts";
import { readCursor } from "./cursor.ts";

const defaultLimit = 50;
const maxLimit = 200;

const parameters = ["status", "workflow", "limit", "cursor"] as const;

const statusNames: readonly string[] = [...new Set<string>([...menderStatuses, ...jobStatuses])];

/** A client that sends thousands learns enough from the first. */
const maxMistakes = 20;

/** Reads the query of a list, with every mistake at once; throws invalid_request. */
export function parseJobQuery(query: Readonly<Record<string, unknown>>): JobQuery {
  const mistakes: ErrorDetail[] = [];
  const mistaken = (name: string, message: string) => mistakes.push({ at: pointerTo("", name), message });
  for (const name of Object.keys(query).slice(0, maxMistakes))
    if (!isParameter(name)) mistaken(name, notKnown(name, parameters));
  const status = statusOf(query["status"], (message) => mistaken("status", message));
  const workflow = single(query["workflow"], () => mistaken("workflow", "is given more than once"));
  const limit = limitOf(query["limit"], (message) => mistaken("limit", message));
  const after = cursorOf(query["cursor"], (message) => mistaken("cursor", message));
  if (mistakes.length > 0) throw invalidQuery(mistakes);
  return {
    limit,
    ...(status !== undefined && { status }),
    ...(workflow !== undefined && { workflow }),
    ...(after !== undefined && { after }),
  };
}

type Complain = (message: string) => void;

/** Repeated or separated by commas. */
function statusOf(given: unknown, complain: Complain): JobStatus[] | undefined {
  if (given === undefined) return undefined;
  const names = [given].flat().flatMap((text) => (typeof text === "string" ? text.split(",") : []));
  const unknown = names.filter((name) => statesNamed(name).length === 0);
  for (const name of unknown.slice(0, maxMistakes)) complain(`${JSON.stringify(name)} ${notKnown(name, statusNames)}`);
  return [...new Set(names.flatMap(statesNamed))];
}

function limitOf(given: unknown, complain: Complain): number {
  if (given === undefined) return defaultLimit;
  const limit = typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (limit >= 1 && limit <= maxLimit) return limit;
  complain(`must be a whole number from 1 to ${maxLimit}`);
  return defaultLimit;
}

function cursorOf(given: unknown, complain: Complain): JobQuery["after"] {
  if (given === undefined) return undefined;
  const cursor = typeof given === "string" ? readCursor(given) : undefined;
  if (cursor === undefined) complain("is not a cursor that this server gave");
  return cursor;
}

function single(given: unknown, complain: () => void): string | undefined {
  if (given === undefined || typeof given === "string") return given;
  complain();
  return undefined;
}

function isParameter(name: string): boolean {
  return parameters.some((parameter) => parameter === name);
}

function notKnown(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `is not known${meant === undefined ? `; known: ${known.join(", ")}` : `; did you mean ${meant}?`}`;
}

function invalidQuery(details: readonly ErrorDetail[]): WorkflowsError {
  const first = details[0];
  return new WorkflowsError("invalid_request", `Invalid query: ${first?.at.slice(1)} ${first?.message}`, { details });
}
