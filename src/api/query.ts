import type { FastifyReply, FastifyRequest } from "fastify";
import { closest } from "../model/closest.ts";
import { type ErrorDetail, WorkflowsError } from "../model/errors.ts";
import { pointerTo } from "../model/json.ts";

/** A client that sends thousands learns enough from the first. */
export const maxMistakes = 20;

/** What a route takes. */
export interface Taken {
  /** Query parameters of a route that changes something; absent: none. One that only reads looks at those that it describes by itself. */
  readonly query?: readonly string[];
  /** Load balancers and browsers may add what they like. */
  readonly anyQuery?: true;
  /** Members of the body, where they are not free. */
  readonly body?: readonly string[];
}

/** Before anything is done: what is asked in a way that nobody reads would be done otherwise than it was meant. Answers invalid_request. */
export function refuseUnknownQuery(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const { config: taken, schema } = request.routeOptions;
  const changes = request.method === "POST" || request.method === "DELETE";
  if (taken.anyQuery === true || (!changes && schema?.querystring !== undefined)) return done();
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

/** A misspelt parameter of a look would be one that is not heeded. Throws invalid_request, with every such name. */
export function refuseUnknownNames(query: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw invalidQuery(unknown.slice(0, maxMistakes).map((name) => mistaken(name, unknownIn({ query: known }, name))));
}

/** A parameter that is given once, or not at all. Throws invalid_request. */
export function singleText(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const given = query[name];
  if (given === undefined || typeof given === "string") return given;
  throw invalidQuery([mistaken(name, "is given more than once")]);
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
