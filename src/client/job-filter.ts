import type { Operations } from "./api/operations.ts";

/** A moment: as RFC 3339, or as a `Date`. */
export type Moment = Date | string;

type Query = Operations["listJobs"]["query"];

type Given<Name extends string, Value> = Name extends `${string}_from` | `${string}_to`
  ? Moment | undefined
  : Value extends readonly (infer One)[]
    ? One | Value
    : Value;

/**
 * Which jobs; each member narrows it. The names are those of the API's query. Of a list any member fits; of times `_from` belongs to the range and `_to`
 * does not.
 */
export type JobFilter = {
  readonly [Name in keyof Omit<Query, "sort" | "limit" | "cursor">]: Given<Name, Query[Name]>;
} & {
  /** Values of inputs that a definition names in `searchable`; up to 4. */
  readonly input?: Readonly<Record<string, string | number | boolean | null>> | undefined;
};

/** What says how to list, not which jobs: ignored there, it would be a page of another size than was asked for. Throws `TypeError`. */
function refuseListOptions(filter: Readonly<Record<string, unknown>>): void {
  for (const name of ["sort", "limit", "cursor", "signal"])
    if (filter[name] !== undefined)
      throw new TypeError(`${name} is no part of a filter: it belongs into the argument behind it`);
}

/** The filter as a query, with `input.NAME=VALUE` for each input. */
export function queryOf({ input, ...filter }: JobFilter): Record<string, string | readonly string[]> {
  refuseListOptions(filter);
  const query: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    const text = written(value);
    query[name] = typeof text === "number" ? String(text) : text;
  }
  for (const [name, value] of Object.entries(input ?? {})) query[`input.${name}`] = String(value);
  return query;
}

/** The filter as a body has it. */
export function bodyOf(filter: JobFilter): Record<string, unknown> {
  const members = Object.entries(filter).map(([name, value]) => [name, value instanceof Date ? written(value) : value]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

function written<Value>(value: Value | Date): Value | string {
  return value instanceof Date ? value.toISOString() : value;
}
