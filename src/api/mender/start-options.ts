import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { StartAsk } from "../../jobs/start.ts";
import { WorkflowsError } from "../../model/errors.ts";
import { epochMsOf } from "../../model/time.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";
import { idempotencyKeyHeader } from "../openapi/described.ts";
import { invalidQuery, mistaken } from "../query.ts";

/** No job is put off for longer: who asks for more has most likely sent milliseconds. */
const longestDelayMs = 10 * 366 * 86_400_000;

export const startQuery = Type.Object({
  after: Type.Optional(
    Type.String({
      description:
        "What is started begins then: a time with its offset from UTC (RFC 3339), or so many seconds from now; at most ten years away",
      examples: ["90", "2030-01-31T06:00:00Z"],
    }),
  ),
  priority: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 9, description: "9 is first; default: as the workflow says, or 5" }),
  ),
});

export const startHeaders = Type.Object({
  ...idempotencyKeyHeader,
  "X-Workflows-Min-Version": Type.Optional(
    Type.String({
      pattern: "^\\d{0,20}$",
      description: "A whole number: 404 unless the newest version of the workflow is at least this",
    }),
  ),
});

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

/** Clients that always send the header send it empty where they ask for nothing. */
function minVersionOf(headers: Headers): number | undefined {
  const version = headers["x-workflows-min-version"];
  if (version === undefined || version === "") return undefined;
  if (typeof version === "string" && /^\d{1,20}$/.test(version)) return Number(version);
  throw new WorkflowsError("invalid_request", "X-Workflows-Min-Version must be a whole number of up to 20 digits");
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
