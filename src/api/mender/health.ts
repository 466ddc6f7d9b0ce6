import { Type } from "typebox";
import { namesOf, type Unattended, unattendedJobs } from "../../jobs/unattended.ts";
import { StoreUnavailable } from "../../model/errors.ts";
import type { StoreHealth } from "../../store/store.ts";
import type { ApiContext, App } from "../context.ts";
import { answerWith } from "../openapi/described.ts";

/** For the look for jobs that nobody takes: what the log tells anyway is not worth a late answer. */
const longestLookMs = 1000;

const schema = {
  operationId: "getHealth",
  summary: "Tells whether starts would be taken",
  description: "For load balancers. A server without a worker is healthy, because it takes starts.",
  tags: ["Operation"],
  response: {
    204: answerWith(Type.Unsafe<undefined>(Type.Null()), {
      description: "Starts would be taken",
      headers: {
        "X-Workflows-Warning": Type.Optional(
          Type.String({ description: "Jobs have been waiting and no worker takes them: a sentence that says which" }),
        ),
      },
    }),
  },
};

/**
 * 204 when starts would be taken, else 503. That no worker runs, or none that takes some jobs, does not make this server useless to a load balancer:
 * it is told in the header `X-Workflows-Warning`, where it can be found out.
 */
export function addHealth(app: App, { deps, settings, logger }: ApiContext): void {
  const { store } = deps;
  let look: Promise<Unattended | undefined> | undefined;
  const unattendedOnce = (health: StoreHealth, nowMs: number): Promise<Unattended | undefined> => {
    look ??= unattendedJobs(store, health, nowMs).finally(() => (look = undefined)); // calls must not pile up on a slow store
    return look;
  };
  app.get(
    "/api/v1/health",
    { config: { role: "open", anyQuery: true, errors: ["overloaded", "store_unavailable"] }, schema },
    async (request, reply) => {
      const { nowMs } = deps.moment();
      const health = await answered(store.housekeeping.health(nowMs), settings.healthTimeoutMs);
      if (!health.writable) throw new StoreUnavailable("The store does not take writes");
      try {
        const unattended = await answered(unattendedOnce(health, nowMs), longestLookMs);
        if (unattended !== undefined) reply.header("x-workflows-warning", warningOf(unattended, request.isKnown));
      } catch (error) {
        logger.warn({ err: error }, "It could not be found out whether workers take the jobs that wait");
      }
      return reply.code(204).send(undefined);
    },
  );
}

/** The names are for those who may read; anybody may know that something is wrong. */
function warningOf({ waitedMs, untaken }: Unattended, isKnown: boolean): string {
  const waited = `jobs have been waiting for ${Math.floor(waitedMs / 1000)} s and no`;
  if (untaken === undefined) return `${waited} worker is alive`;
  const names = isKnown ? namesOf(untaken) : "the log names them, and so does this call with an API token";
  return `${waited} live worker takes them: ${names}`.replace(/[^ -~]/g, "?"); // what a header may hold
}

/** A load balancer is better served by a late no than by no answer. */
async function answered<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreUnavailable(`The store did not answer in ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
