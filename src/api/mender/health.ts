import { waitedWithoutWorkerMs } from "../../jobs/waiting.ts";
import { StoreUnavailable } from "../../model/errors.ts";
import type { StoreHealth } from "../../store/store.ts";
import type { ApiContext, App } from "../context.ts";

/**
 * 204 when starts would be taken, else 503. That no worker runs does not make this server useless to a load balancer:
 * it is told in the header `X-Workflows-Warning`.
 */
export function addHealth(app: App, { deps, settings }: ApiContext): void {
  app.get("/api/v1/health", { config: { role: "open" } }, async (_request, reply) => {
    const { nowMs } = deps.moment();
    const health = await answered(deps.store.housekeeping.health(nowMs), settings.healthTimeoutMs);
    if (!health.writable) throw new StoreUnavailable("The store does not take writes");
    const warning = warningOf(health, nowMs);
    if (warning !== undefined) reply.header("x-workflows-warning", warning);
    return reply.code(204).send();
  });
}

function warningOf(health: StoreHealth, nowMs: number): string | undefined {
  const waitedMs = waitedWithoutWorkerMs(health, nowMs);
  return waitedMs === undefined
    ? undefined
    : `jobs have been waiting for ${Math.floor(waitedMs / 1000)} s and no worker is alive`;
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
