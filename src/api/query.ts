import type { FastifyReply, FastifyRequest } from "fastify";
import { closest } from "../model/closest.ts";
import { type ErrorDetail, WorkflowsError } from "../model/errors.ts";
import { pointerTo } from "../model/json.ts";

/** A client that sends thousands learns enough from the first. */
export const maxMistakes = 20;

/** What a route that changes something takes. */
export interface Taken {
  /** Query parameters; absent: none. */
  readonly query?: readonly string[];
  /** Members of the body, where they are not free. */
  readonly body?: readonly string[];
}

/** Before anything is done: what is asked in a way that nobody reads would be done otherwise than it was meant. Answers invalid_request. */
export function refuseUnknownQuery(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  if (request.method !== "POST" && request.method !== "DELETE") return done();
  const taken = request.routeOptions.config;
  const unknown = Object.keys(request.query as object).filter((name) => taken.query?.includes(name) !== true);
  if (unknown.length === 0) return done();
  done(invalidQuery(unknown.slice(0, maxMistakes).map((name) => mistaken(name, unknownIn(taken, name)))));
}

function unknownIn({ query = [], body = [] }: Taken, name: string): string {
  if (body.includes(name)) return "is no query parameter here; it belongs into the body";
  const inBody = closest(name, body);
  if (inBody !== undefined && closest(name, query) === undefined)
    return `is not known; did you mean ${inBody}, in the body?`;
  return query.length === 0 ? "is not known; this path takes no query parameters" : notKnown(name, query);
}

export function mistaken(name: string, message: string): ErrorDetail {
  return { at: pointerTo("", name), message };
}

/** What is said of a name that is not among these. */
export function notKnown(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `is not known${meant === undefined ? `; known: ${known.join(", ")}` : `; did you mean ${meant}?`}`;
}

export function invalidQuery(details: readonly ErrorDetail[]): WorkflowsError {
  const first = details[0];
  return new WorkflowsError("invalid_request", `Invalid query: ${first?.at.slice(1)} ${first?.message}`, { details });
}
