import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../context.ts";
import { refusal, sendError } from "../error-reply.ts";
import { securityHeaders } from "../security-headers.ts";

const prefix = "/docs";

/** Scripts, styles and calls of this server alone; no frame, no plugin, nothing inline but pictures. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Without another project's name, and without a field for other addresses, which the policy does not let the page load. */
const style = `.swagger-ui .topbar .link, .swagger-ui .topbar .download-url-wrapper { display: none }
.swagger-ui .topbar .topbar-wrapper { justify-content: flex-end }
`;

/** Routes of the page, which the describing server answers: what the gate refuses never gets there. */
export function addPage(app: App, described: () => Promise<FastifyInstance>): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const server = await described();
    reply.hijack();
    server.routing(request.raw, reply.raw);
  };
  for (const url of [prefix, `${prefix}/*`])
    app.get(url, { config: { role: "open", anyQuery: true }, schema: { hide: true } }, handler);
}

/** A page to read the description and to try calls; everything it loads comes from this server. */
export async function addSwaggerUi(server: FastifyInstance): Promise<void> {
  const { default: swaggerUi } = await import("@fastify/swagger-ui");
  server.addHook("onRequest", async (_request, reply) => {
    reply.headers({ ...securityHeaders, "cache-control": "no-cache" });
  });
  server.setNotFoundHandler((_request, reply) => sendError(reply, refusal("route_not_found")));
  await server.register(swaggerUi, {
    routePrefix: prefix,
    staticCSP: contentSecurityPolicy,
    theme: { title: "Workflows API", css: [{ filename: "workflows.css", content: style }] },
    uiConfig: { deepLinking: true, docExpansion: "list", displayRequestDuration: true, persistAuthorization: false },
  });
}
