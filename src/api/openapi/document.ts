import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance, type RouteOptions } from "fastify";
import type { Role } from "../tokens.ts";
import { Components } from "./components.ts";
import { examples } from "./examples.ts";
import { errorAnswers, possibleErrors } from "./possible-errors.ts";

/** A route as it was added to the API. */
export type AddedRoute = Pick<RouteOptions, "method" | "url" | "schema" | "config">;

export interface DocumentOptions {
  /** Of this program. */
  readonly version: string;
  /** Tokens are configured. */
  readonly needsToken: boolean;
}

/** What the routes are about; each has one of these as its tag. */
const tags = [
  { name: "Jobs", description: "Start jobs, find them, and see what happens to them" },
  { name: "Actions", description: "Steer jobs" },
  { name: "Watch", description: "Be told of what happens, when it happens" },
  { name: "Workflows", description: "The definitions that jobs run" },
  { name: "Operation", description: "How the whole is doing: workers, queues, health" },
  { name: "External tasks", description: "Work that jobs leave to programs outside" },
  { name: "Reference", description: "This document" },
];

const description = `Durable workflows over HTTP. Each \`GET\` also answers to \`HEAD\`. What goes wrong is answered with
\`{"error", "code", "details"}\`: \`code\` is for programs, \`error\` for people. A path that does not exist is 404 \`route_not_found\`,
a method that a path does not take 405 \`method_not_allowed\` with \`Allow\`. Bodies are read as JSON whatever \`Content-Type\` says,
unless an operation says otherwise; query parameters that nobody knows are refused, except by \`/status\` and \`/api/v1/health\`.`;

/** A server that is never listened on: it holds the same routes, for the packages that describe routes of a server. */
export async function describingServer(
  routes: readonly AddedRoute[],
  options: DocumentOptions,
): Promise<FastifyInstance> {
  const app = fastify();
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  const shown = routes.filter(({ method, schema }) => method !== "HEAD" && schema?.hide !== true);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Workflows",
        version: options.version,
        description,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      tags,
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description:
              "An API token (`workflows token` makes one), of role `read`, `start` or `admin`; each role includes those before it",
          },
        },
      },
    },
    transformObject: (made) => ("openapiObject" in made ? completed(made.openapiObject, shown, options) : {}),
  });
  for (const { method, url, schema, config } of shown)
    app.route({ method, url, ...(schema && { schema }), ...(config && { config }), handler: () => undefined });
  return app;
}

interface Contents {
  readonly content?: Readonly<Record<string, { example?: unknown }>>;
}

type Operation = Record<string, unknown> & {
  responses: Record<string, Contents>;
  requestBody?: Contents & { required?: boolean };
};

interface Draft {
  paths?: Record<string, object | undefined> | undefined;
  components?: object | undefined;
}

/** Adds what follows from the role of each route, from its errors and its optional body; names what occurs more than once. */
function completed(draft: Draft, routes: readonly AddedRoute[], { needsToken }: DocumentOptions): object {
  const responses: Record<string, unknown> = {};
  for (const { method, url, config, schema } of routes) {
    const operation = operationOf(draft, url, String(method));
    const { role = "read", bodyIsOptional, errors = [] } = config ?? {};
    if (operation.requestBody !== undefined) operation.requestBody.required = bodyIsOptional !== true;
    operation["security"] = securityOf(role, needsToken);
    addExamples(operation);
    const hasBody = schema?.body !== undefined;
    for (const { status, name, answer } of errorAnswers(
      possibleErrors({ method: String(method), path: url, role, hasBody, errors }),
    )) {
      responses[name] = answer;
      operation.responses[status] = reference(`#/components/responses/${name}`);
    }
  }
  const components = new Components();
  const paths = components.hoist(draft.paths);
  const errorResponses = components.hoist(responses);
  return {
    ...draft,
    paths,
    components: { ...draft.components, schemas: components.schemas, responses: errorResponses },
  };
}

function reference($ref: string): Contents & { readonly $ref: string } {
  return { $ref };
}

function addExamples({ operationId, requestBody, responses }: Operation): void {
  const { body, answers = {} } = examples[String(operationId)] ?? {};
  const all = [
    [requestBody, body] as const,
    ...Object.entries(answers).map(([status, one]) => [responses[status], one] as const),
  ];
  for (const [place, example] of all)
    if (example !== undefined) for (const media of Object.values(place?.content ?? {})) media.example = example;
}

function securityOf(role: Role | "open", needsToken: boolean): object[] {
  return role === "open" || !needsToken ? [] : [{ bearer: [role] }];
}

function operationOf(draft: Draft, url: string, method: string): Operation {
  const path = draft.paths?.[url.replaceAll(/:(\w+)/g, "{$1}")];
  const operation: unknown = path === undefined ? undefined : Reflect.get(path, method.toLowerCase());
  if (!isOperation(operation)) throw new TypeError(`${method} ${url} is not described`);
  return operation;
}

function isOperation(value: unknown): value is Operation {
  return typeof value === "object" && value !== null && "responses" in value;
}
