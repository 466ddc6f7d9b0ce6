import { randomBytes } from "node:crypto";
import { isJobId, type JobId } from "../../model/ids.ts";
import type { ExecutionName } from "../../model/job/executions.ts";

/** One taking of an execution: what its worker gives back with all that it says of it. */
export interface TaskToken extends ExecutionName {
  readonly job: JobId;
  /** All of it as one text, which nobody can guess. */
  readonly token: string;
}

/** The token of a new taking. */
export function newTaskToken(job: JobId, { path, iteration }: ExecutionName): TaskToken {
  const chance = randomBytes(12).toString("base64url");
  return { job, path, iteration, token: [job, iteration, chance, Buffer.from(path).toString("base64url")].join(".") };
}

/** Undefined for what is no such text. */
export function parseTaskToken(token: string): TaskToken | undefined {
  const [job, turn, chance, place, ...rest] = token.split(".");
  if (job === undefined || !isJobId(job) || chance === undefined || place === undefined || rest.length > 0)
    return undefined;
  const iteration = Number(turn);
  if (!Number.isSafeInteger(iteration) || iteration < 0) return undefined;
  return { job, path: Buffer.from(place, "base64url").toString("utf8"), iteration, token };
}
