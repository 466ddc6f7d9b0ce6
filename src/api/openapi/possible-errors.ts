import { type TSchema, Type } from "typebox";
import type { ErrorCode } from "../../model/errors.ts";
import { errorTable } from "../errors.ts";
import type { Described } from "./described.ts";

/** What of a route tells which errors it can answer. */
export interface Erring extends Described {
  readonly method: string;
  /** As Fastify knows it: `/api/v1/jobs/:id`. */
  readonly path: string;
  readonly role: "open" | "read" | "start" | "admin";
  readonly hasBody: boolean;
}

/** From the head of any request, and from this program. */
const ofAny: readonly ErrorCode[] = [
  "invalid_request",
  "host_refused",
  "origin_refused",
  "unsupported_content_encoding",
  "expectation_failed",
  "headers_too_large",
  "internal",
];

/** Every code that a route can answer, in the order of the table. */
export function possibleErrors({ method, path, role, hasBody, errors = [] }: Erring): ErrorCode[] {
  const possible = new Set([...ofAny, ...errors]);
  if (role !== "open")
    for (const code of ["unauthenticated", "overloaded", "store_unavailable"] as const) possible.add(code);
  if (role === "start" || role === "admin") possible.add("forbidden");
  if (path.includes(":")) possible.add("uri_too_long");
  if (method !== "GET") for (const code of ["request_timeout", "input_too_large"] as const) possible.add(code);
  if (hasBody) possible.add("invalid_body");
  return (Object.keys(errorTable) as ErrorCode[]).filter((code) => possible.has(code));
}

/** The answers with errors, by status; `name` is the same for the same answer, for a table of them. */
export function errorAnswers(codes: readonly ErrorCode[]): { status: string; name: string; answer: object }[] {
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
  return [...byStatus].map(([status, of]) => ({
    status: String(status),
    name: of.join("."),
    answer: errorAnswer(status, of),
  }));
}

function errorAnswer(status: number, codes: readonly ErrorCode[]): object {
  const headers = {
    ...(status === 401 && { "WWW-Authenticate": { schema: Type.String({ examples: ['Bearer realm="workflows"'] }) } }),
    ...(status === 500 && { "X-Request-Id": { schema: Type.String(), description: "Finds it in the server's log" } }),
    ...(status === 503 && { "Retry-After": { schema: Type.Integer({ minimum: 1 }), description: "In seconds" } }),
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${errorTable[code].message}`).join("\n\n"),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { "application/json": { schema: errorSchema(codes), examples: examplesOf(codes) } },
  };
}

function examplesOf(codes: readonly ErrorCode[]): Record<string, object> {
  return Object.fromEntries(
    codes.map((code) => [code, { value: { error: errorTable[code].message, code, details: [] } }]),
  );
}

function errorSchema(codes: readonly ErrorCode[]): TSchema {
  return Type.Object({
    error: Type.String({ description: "A sentence for people; it may change" }),
    code: Type.Enum([...codes], { description: "For programs; it stays" }),
    details: Type.Array(DetailAnswer, { description: "Each mistake with its place; often empty" }),
  });
}

/** One mistake. */
export const DetailAnswer = Type.Object(
  {
    at: Type.String({ description: "Where in the body or the query, as a JSON pointer (RFC 6901)" }),
    message: Type.String(),
  },
  { title: "ErrorDetail" },
);
