import type { ErrorDetail } from "../../model/errors.ts";
import { type JobStatus, jobStatuses } from "../../model/job/job.ts";
import type { JobQuery } from "../../store/store.ts";
import { menderStatuses, statesNamed } from "../mender/job-status.ts";
import { invalidQuery, maxMistakes, mistaken, notKnown } from "../query.ts";
import { readCursor } from "./cursor.ts";

const defaultLimit = 50;
const maxLimit = 200;

const parameters = ["status", "workflow", "limit", "cursor"] as const;

const statusNames: readonly string[] = [...new Set<string>([...menderStatuses, ...jobStatuses])];

/** Reads the query of a list, with every mistake at once; throws invalid_request. */
export function parseJobQuery(query: Readonly<Record<string, unknown>>): JobQuery {
  const mistakes: ErrorDetail[] = [];
  const complain = (name: string) => (message: string) => mistakes.push(mistaken(name, message));
  for (const name of Object.keys(query).slice(0, maxMistakes))
    if (!isParameter(name)) mistakes.push(mistaken(name, notKnown(name, parameters)));
  const status = statusOf(query["status"], complain("status"));
  const workflow = single(query["workflow"], complain("workflow"));
  const limit = limitOf(query["limit"], complain("limit"));
  const after = cursorOf(query["cursor"], complain("cursor"));
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

function single(given: unknown, complain: Complain): string | undefined {
  if (given === undefined || typeof given === "string") return given;
  complain("is given more than once");
  return undefined;
}

function isParameter(name: string): boolean {
  return parameters.some((parameter) => parameter === name);
}
