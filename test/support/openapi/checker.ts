import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { answerTo, type Media, type OpenApi, type Operation, operationOf, type Schema } from "./document.ts";
import type { Exchange } from "./exchange.ts";

/** What an exchange was, for the account of what tests have seen; undefined where it was about no operation. */
export interface Seen {
  readonly operationId: string;
  readonly status: number;
  /** Of an error. */
  readonly code?: string;
}

export interface Verdict {
  readonly mistakes: readonly string[];
  readonly seen?: Seen;
}

/** Holds exchanges against an OpenAPI document. */
export class Checker {
  readonly #api: OpenApi;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(api: OpenApi) {
    this.#api = closed(api);
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    this.#ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    this.#ajv.addSchema({ $id: "api", components: this.#api.components });
  }

  /** What in it is not as the document says: a request that was taken, and every answer. */
  check(exchange: Exchange): Verdict {
    const { method, target, status } = exchange;
    const url = new URL(target, "http://localhost");
    const found = this.#operation(method, url.pathname);
    if (typeof found === "string") {
      const isRefused = status >= 400 || method === "OPTIONS";
      return { mistakes: isRefused ? [] : [`the document has ${found} for this, and it was answered with ${status}`] };
    }
    const { operation, values } = found;
    const mistakes = [
      ...this.#inAnswer(operation, exchange),
      ...(status < 300 ? this.#inRequest(operation, exchange, url.searchParams, values) : []),
    ];
    const code = status >= 400 && method !== "HEAD" ? codeIn(exchange.body) : undefined;
    return { mistakes, seen: { operationId: operation.operationId, status, ...(code !== undefined && { code }) } };
  }

  /** Where the value is not as the schema says, one that stands in the document. */
  mistakesIn(schema: Schema, value: unknown, what: string): string[] {
    const validate = this.#compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, 5).map(({ instancePath, message, params }) => {
      return `${what}: ${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  }

  #operation(method: string, path: string): ReturnType<typeof operationOf> {
    try {
      return operationOf(this.#api, method === "HEAD" ? "GET" : method, path);
    } catch {
      return "no path"; // not percent-encoded UTF-8
    }
  }

  #inAnswer(operation: Operation, { method, status, headers, body, isWhole }: Exchange): string[] {
    const answer = answerTo(this.#api, operation, status);
    if (method === "HEAD" && status === 405) return []; // of streams there is none
    if (answer === undefined) return [`status ${status} is not documented: ${body.toString("utf8").slice(0, 300)}`];
    const inHeaders = Object.entries(answer.headers ?? {}).flatMap(([name, { schema, required }]) => {
      const value = headers.get(name.toLowerCase());
      if (value === undefined) return required === true ? [`header ${name} is missing`] : [];
      return this.mistakesIn(schema, read(schema, value), `header ${name}`);
    });
    const type = headers.get("content-type");
    if (method !== "HEAD" && type?.startsWith("text/event-stream") === true)
      return [...inHeaders, ...this.#inEvents(operation, body.toString("utf8"))];
    if (method === "HEAD" || !isWhole) return inHeaders;
    return [...inHeaders, ...this.#inBody(answer.content, type, body, `the answer ${status}`)];
  }

  #inEvents({ "x-event-data": schemas = {} }: Operation, text: string): string[] {
    const events = text.split("\n\n").slice(0, -1); // what comes behind the last is cut
    return events.flatMap((event) => {
      const name = /^event: (.*)$/m.exec(event)?.[1] ?? "";
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data === undefined) return [];
      const schema = schemas[name] ?? schemas["*"];
      return schema === undefined
        ? [`there are events ${name}, which are not documented`]
        : this.mistakesIn(schema, parsed(data), `event ${name}`);
    });
  }

  #inRequest(
    operation: Operation,
    { method, requestHeaders, requestBody, isWhole }: Exchange,
    query: URLSearchParams,
    values: ReadonlyMap<string, string>,
  ): string[] {
    const { parameters = [], requestBody: taken } = operation;
    const mistakes = parameters.flatMap(({ in: place, name, schema, required }) => {
      const given =
        place === "query"
          ? givenIn(query, name, schema)
          : place === "path"
            ? values.get(name)
            : requestHeaders.get(name.toLowerCase());
      if (given === undefined) return required === true ? [`${place} parameter ${name} is missing`] : [];
      const value = typeof given === "string" ? read(schema, given) : given;
      return this.mistakesIn(schema, value, `${place} parameter ${name}`);
    });
    const known = new Set(parameters.filter(({ in: place }) => place === "query").map(({ name }) => name));
    const further = operation["x-further-query"];
    if (method !== "GET" && method !== "HEAD")
      for (const name of query.keys())
        if (!known.has(name) && !(further !== undefined && new RegExp(further).test(name)))
          mistakes.push(`query parameter ${name} was taken and is not documented`);
    if (!isWhole) return mistakes;
    if (requestBody.length === 0) return taken?.required === true ? [...mistakes, "a body is missing"] : mistakes;
    if (taken === undefined) return mistakes; // what nobody reads
    const isYaml = /^(application|text)\/(x-)?yaml\b/i.test(requestHeaders.get("content-type") ?? "");
    const type = isYaml && "application/yaml" in taken.content ? "application/yaml" : "application/json";
    return [...mistakes, ...this.#inBody(taken.content, type, requestBody, "the body of a request that was taken")];
  }

  #inBody(
    content: Readonly<Record<string, Media>> | undefined,
    type: string | undefined,
    body: Buffer,
    what: string,
  ): string[] {
    if (content === undefined) return body.length === 0 ? [] : [`${what} has a body and none is documented`];
    const media = content[type?.split(";")[0]?.trim() ?? ""];
    if (media === undefined) return [`${what} has the type ${type}, documented are ${Object.keys(content).join(", ")}`];
    const text = body.toString("utf8");
    const isText = type?.startsWith("text/") === true;
    return this.mistakesIn(media.schema, isText ? text : parsed(text, type), what);
  }

  #compile(schema: Schema): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const made = this.#ajv.compile(withBase(schema));
    this.#compiled.set(schema, made);
    return made;
  }
}

/** References of the document, as seen from a schema that is taken out of it. */
function withBase<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/components/', '"$ref":"api#/components/')) as T;
}

/** The same, with answers that may have no members but those that they name: what the product tells, the document must. */
function closed(api: OpenApi): OpenApi {
  const close = (value: unknown, isAnswer: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => close(item, isAnswer));
    if (typeof value !== "object" || value === null) return value;
    const inside = Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, close(member, isAnswer || isAnswersName(name))]),
    );
    const isOpen = inside["type"] === "object" && "properties" in inside && !("additionalProperties" in inside);
    return isAnswer && isOpen ? { ...inside, additionalProperties: false } : inside;
  };
  return close(api, false) as OpenApi;
}

function isAnswersName(name: string): boolean {
  return name === "responses" || name === "schemas";
}

/** A parameter that may be repeated, or holds several values with commas between them. */
function givenIn(query: URLSearchParams, name: string, { type }: Schema): string | string[] | undefined {
  if (!query.has(name)) return undefined;
  return type === "array" ? query.getAll(name).flatMap((text) => text.split(",")) : (query.get(name) ?? undefined);
}

function read({ type }: Schema, text: string): unknown {
  return type === "integer" || type === "number" ? Number(text) : text;
}

function parsed(text: string, type = "application/json"): unknown {
  try {
    return type.startsWith("application/yaml") ? (parse(text) as unknown) : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function codeIn(body: Buffer): string | undefined {
  const error = parsed(body.toString("utf8"));
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
