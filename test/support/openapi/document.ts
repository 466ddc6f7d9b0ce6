/** The parts of an OpenAPI document that answers are held against. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, Answer>>;
  };
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly { readonly bearer: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer | Reference>>;
  /** What the data of events is, by their names; `*`: of any other. */
  readonly "x-event-data"?: Readonly<Record<string, Schema>>;
  /** Names of further query parameters, as a regular expression. */
  readonly "x-further-query"?: string;
}

export interface Parameter extends Media {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
}

export interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: Schema; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Reference {
  readonly $ref: string;
}

export interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The operation that a method and a path name, with the values in the path; of paths that fit, the one with the fewest names. */
export function operationOf(
  { paths }: OpenApi,
  method: string,
  path: string,
): { readonly operation: Operation; readonly values: ReadonlyMap<string, string> } | "no path" | "no method" {
  const parts = path.split("/");
  const [template] = Object.keys(paths)
    .filter((one) => fits(one.split("/"), parts))
    .sort((a, b) => namesIn(a) - namesIn(b));
  if (template === undefined) return "no path";
  const operation = paths[template]?.[method.toLowerCase()];
  return operation === undefined ? "no method" : { operation, values: valuesIn(template.split("/"), parts) };
}

export function answerTo({ components }: OpenApi, { responses }: Operation, status: number): Answer | undefined {
  const answer = responses[String(status)];
  if (answer === undefined || !("$ref" in answer)) return answer;
  return components.responses[answer.$ref.slice("#/components/responses/".length)];
}

function fits(template: readonly string[], parts: readonly string[]): boolean {
  return template.length === parts.length && template.every((part, at) => part.startsWith("{") || part === parts[at]);
}

function namesIn(template: string): number {
  return template.split("{").length;
}

function valuesIn(template: readonly string[], parts: readonly string[]): Map<string, string> {
  const named = template.flatMap((part, at): [string, string][] =>
    part.startsWith("{") ? [[part.slice(1, -1), decodeURIComponent(parts[at] ?? "")]] : [],
  );
  return new Map(named);
}
