import type { FastifyRequest } from "fastify";
import type { StartAsk } from "../../jobs/start.ts";
import { WorkflowsError } from "../../model/errors.ts";
import { epochMsOf } from "../../model/time.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";
import { invalidQuery, mistaken } from "../query.ts";

/** No job is put off for longer: who asks for more has most likely sent milliseconds. */
const longestDelayMs = 10 * 366 * 86_400_000;

type Options = Pick<StartAsk, "idempotencyKey" | "minVersion" | "notBefore" | "priority">;

/** What a request says of a start beside its inputs. `nowMs`: of the store's clock. Throws invalid_request. */
export function startOptions(request: FastifyRequest, nowMs: number): Options {
  const { headers, query } = request;
  const idempotencyKey = idempotencyKeyOf(request);
  const minVersion = minVersionOf(headers);
  const { after, priority: asked } = query as { readonly after?: unknown; readonly priority?: unknown };
  const notBefore = notBeforeOf(after, nowMs);
  const priority = priorityOf(asked);
  return {
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(minVersion !== undefined && { minVersion }),
    ...(notBefore !== undefined && { notBefore }),
    ...(priority !== undefined && { priority }),
  };
}

type Headers = FastifyRequest["headers"];

function minVersionOf(headers: Headers): number | undefined {
  const version = headers["x-workflows-min-version"];
  if (version === undefined) return undefined;
  if (typeof version === "string" && /^\d{1,9}$/.test(version)) return Number(version);
  throw new WorkflowsError("invalid_request", "X-Workflows-Min-Version must be a whole number, at most 999999999");
}

function priorityOf(asked: unknown): number | undefined {
  if (asked === undefined) return undefined;
  if (typeof asked === "string" && /^[1-9]$/.test(asked)) return Number(asked);
  throw refused("priority", "must be a whole number from 1 to 9; 9 is first");
}

function refused(parameter: string, message: string): WorkflowsError {
  return invalidQuery([mistaken(parameter, message)]);
}

function notBeforeOf(after: unknown, nowMs: number): number | undefined {
  if (after === undefined) return undefined;
  const at = typeof after === "string" ? timeOf(after, nowMs) : Number.NaN;
  if (Number.isNaN(at))
    throw refused(
      "after",
      "must be a number of seconds, as 90, or a time with its offset from UTC (RFC 3339), as 2030-01-31T06:00:00Z",
    );
  if (at - nowMs > longestDelayMs) throw refused("after", "is more than ten years away");
  return at;
}

/** Not a number where it is no time. The plus of an offset may have come as the space that it means in a query. */
function timeOf(text: string, nowMs: number): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return Math.round(nowMs + Number(text) * 1000);
  return epochMsOf(text.replace(/ (\d\d:\d\d)$/, "+$1")) ?? Number.NaN;
}
