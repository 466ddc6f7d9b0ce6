import type {} from "@fastify/swagger"; // adds `summary`, `tags` and the like to the schema of a route
import { type TSchema, Type } from "typebox";
import type { ErrorCode } from "../../model/errors.ts";

/** What the description of a route needs beside its schema. */
export interface Described {
  /** Codes of errors that this route can answer beyond those that any route can; `possible-errors.ts` knows the others. */
  readonly errors?: readonly ErrorCode[];
  /** No body is as good as an empty object. */
  readonly bodyIsOptional?: true;
}

interface AnswerOptions {
  readonly description: string;
  readonly headers?: Readonly<Record<string, TSchema>>;
  readonly example?: unknown;
}

/** A schema as that of an answer: with what it means, its headers and an example. */
export function answerWith<T extends TSchema>(schema: T, { description, headers, example }: AnswerOptions): T {
  return {
    ...schema,
    description,
    ...(headers !== undefined && { headers }),
    ...(example !== undefined && { examples: [example] }),
  };
}

/** An answer of server-sent events; what their data is stands beside it, in `x-event-data`. */
export function eventStream(description: string, example: string) {
  return { description, content: { "text/event-stream": { schema: Type.String(), example } } };
}

/** RFC 3339, in UTC with milliseconds. */
export const Time = Type.String({ format: "date-time" });

export const WorkflowName = Type.String({ minLength: 1, description: "Name of a workflow", examples: ["greet"] });

export const JobId = Type.String({ description: "Id of a job", examples: ["0199f3c2a1b40000c0ffee00"] });

/** Header of an answer that was given before to the same `Idempotency-Key`. */
export const replayedHeader = {
  "Idempotency-Replayed": Type.Literal("true", {
    description: "Only where the same request was answered before under this Idempotency-Key: nothing was done again",
  }),
};

export const idempotencyKeyHeader = {
  "Idempotency-Key": Type.Optional(
    Type.String({
      pattern: "^[ -~]{1,255}$",
      description: "Names this request: the same again is answered in the same way, and nothing is done twice",
    }),
  ),
};
