import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { App } from "../context.ts";
import { answerWith } from "./described.ts";
import type { AddedRoute, DocumentOptions } from "./document.ts";
import { addPage } from "./page.ts";

const OpenApiDocument = Type.Unsafe<object>(
  Type.Object({ openapi: Type.String(), info: Type.Unknown(), paths: Type.Unknown() }, { additionalProperties: true }),
);

/**
 * The description of this API, for programs and for people. It is made from `routes`, when somebody asks for it first: a server that nobody
 * asks is ready earlier and smaller without the packages for it.
 */
export function addOpenApi(app: App, routes: readonly AddedRoute[], options: DocumentOptions): void {
  let made: Promise<FastifyInstance> | undefined;
  const described = (): Promise<FastifyInstance> => {
    made ??= describe(routes, options).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  const about = { tags: ["Reference"], description: "The same for everybody: it holds nothing of jobs or workflows." };
  app.get(
    "/api/v1/openapi.json",
    {
      config: { role: "open" },
      schema: {
        operationId: "getOpenApi",
        summary: "This description, as JSON",
        ...about,
        response: { 200: answerWith(OpenApiDocument, { description: "An OpenAPI 3.1 document" }) },
      },
    },
    async () => (await described()).swagger(),
  );
  app.get(
    "/api/v1/openapi.yaml",
    {
      config: { role: "open" },
      schema: {
        operationId: "getOpenApiYaml",
        summary: "This description, as YAML",
        ...about,
        response: {
          200: {
            description: "An OpenAPI 3.1 document",
            content: { "application/yaml": { schema: Type.Unsafe<string>(OpenApiDocument) } },
          },
        },
      },
    },
    async (_request, reply) =>
      reply.type("application/yaml; charset=utf-8").send((await described()).swagger({ yaml: true })),
  );
  addPage(app, described);
}

async function describe(routes: readonly AddedRoute[], options: DocumentOptions): Promise<FastifyInstance> {
  const [{ describingServer }, { addSwaggerUi }] = await Promise.all([import("./document.ts"), import("./page.ts")]);
  const server = await describingServer(routes, options);
  await addSwaggerUi(server);
  await server.ready();
  return server;
}
