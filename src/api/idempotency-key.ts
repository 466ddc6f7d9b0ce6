import type { FastifyRequest } from "fastify";
import { WorkflowsError } from "../model/errors.ts";

export const whatKeysAre = "1 to 255 printable ASCII characters";

export function isIdempotencyKey(text: string): boolean {
  return /^[ -~]{1,255}$/.test(text);
}

/** The key under which a client may repeat its request; throws invalid_request. */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, "headers">): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && isIdempotencyKey(key)) return key;
  throw new WorkflowsError("invalid_request", `Idempotency-Key must be ${whatKeysAre}`);
}
