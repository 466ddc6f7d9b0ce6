import fastify from "fastify";
import { AllowedMethods } from "./access/allowed-methods.ts";
import { gate } from "./access/gate.ts";
import { answerClientErrors } from "./client-errors.ts";
import type { ApiContext, App } from "./context.ts";
import { errorHandler } from "./error-reply.ts";
import { addExternalTasks } from "./external/tasks.ts";
import { addDefinitions } from "./mender/definitions.ts";
import { addHealth } from "./mender/health.ts";
import { addJob } from "./mender/job.ts";
import { addStart } from "./mender/start.ts";
import { addStartBatch } from "./mender/start-batch.ts";
import { addStatus } from "./mender/status.ts";
import type { AddedRoute } from "./openapi/document.ts";
import { addOpenApi } from "./openapi/routes.ts";
import { refuseUnknownQuery } from "./query.ts";
import { requestIds } from "./request-ids.ts";
import { addBulk } from "./v1/bulk/bulk.ts";
import { addExplanation } from "./v1/explanation/explanation.ts";
import { addCounts } from "./v1/find/counts.ts";
import { addJobs } from "./v1/find/jobs.ts";
import { addHistory } from "./v1/history.ts";
import { addJobActions } from "./v1/job-actions.ts";
import { addJobEvents } from "./v1/job-events.ts";
import { addQueue } from "./v1/site/queue.ts";
import { addWorkers } from "./v1/site/workers.ts";
import { addWorkflows } from "./v1/site/workflows.ts";
import { addJobEventStream } from "./v1/watch/job-events.ts";
import { addJobsEventStream } from "./v1/watch/jobs-events.ts";
import { Watchers } from "./v1/watch/watchers.ts";

/**
 * The HTTP API, not listening yet: `await app.listen({ host, port })`, and `await app.close()` after the last answer.
 * Requests are not logged one by one; what went wrong unexpectedly is.
 */
export function createApp(options: ApiContext): App {
  const app: App = newServer(options);
  const allowedMethods = new AllowedMethods();
  const routes: AddedRoute[] = [];
  app.addHook("onRoute", (route) => {
    routes.push(route);
    allowedMethods.add(route.url, [route.method].flat());
  });
  app.addHook("onRequest", gate(options.settings, allowedMethods));
  app.addHook("preHandler", refuseUnknownQuery);
  app.decorateRequest("caller", "anonymous");
  app.decorateRequest("isKnown", true);
  app.setErrorHandler(errorHandler(options.logger));
  takeEveryBodyAsBytes(app);
  serialiseAsJson(app);
  const watchers = new Watchers(options);
  app.addHook("preClose", async () => watchers.stop());
  addRoutes(app, options, watchers);
  addOpenApi(app, routes, { version: options.version, needsToken: options.settings.tokens.length > 0 });
  answerClientErrors(app.server);
  return app;
}

function newServer({ settings, logger }: ApiContext): App {
  const { requestTimeoutMs } = settings;
  return fastify({
    http: {
      requireHostHeader: false, // the gate does it, with an answer that says so
      headersTimeout: Math.min(15_000, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
    },
    requestTimeout: requestTimeoutMs,
    bodyLimit: settings.maxBodyBytes,
    genReqId: requestIds(),
    return503OnClosing: false, // a request that came over an open connection while we stop is still answered
    frameworkErrors: errorHandler(logger),
    clientErrorHandler: () => undefined, // answerClientErrors
    routerOptions: { maxParamLength: 256 },
  });
}

/** The routes parse by themselves: no content type is demanded, and each says in its own words what it could not parse. */
function takeEveryBodyAsBytes(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

/**
 * Schemas describe; they neither change what comes in nor drop what goes out. Measured on the start route: as fast as
 * compiled serialisers, and the server is ready 40 ms earlier without loading a schema compiler.
 */
function serialiseAsJson(app: App): void {
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setValidatorCompiler(() => () => true);
}

function addRoutes(app: App, context: ApiContext, watchers: Watchers): void {
  addStatus(app);
  addHealth(app, context);
  addStart(app, context, watchers);
  addStartBatch(app, context);
  addDefinitions(app, context);
  addJob(app, context);
  addJobs(app, context);
  addCounts(app, context);
  addJobActions(app, context);
  addBulk(app, context);
  addExternalTasks(app, context, watchers);
  addJobEvents(app, context);
  addJobEventStream(app, context, watchers);
  addJobsEventStream(app, context, watchers);
  addHistory(app, context);
  addExplanation(app, context);
  addWorkflows(app, context);
  addWorkers(app, context);
  addQueue(app, context);
}
