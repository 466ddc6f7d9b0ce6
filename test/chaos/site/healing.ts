import { eventually } from "../../support/eventually.ts";
import { listJobIds } from "../../support/workflows-api.ts";
import type { Site } from "./site.ts";

/**
 * Waits until no job is unfinished. When the time is over it gives up without a word: the checker tells which jobs are left.
 * Answers the time that it took, in ms.
 */
export async function heal(site: Site, server: string, withinMs: number): Promise<number> {
  const from = performance.now();
  const nothingLeft = async (): Promise<boolean> =>
    (await listJobIds(site.fleet.url(server), "pending,processing")).length === 0;
  await eventually("no job is unfinished", nothingLeft, { withinMs, everyMs: 200 }).catch(() => undefined);
  return performance.now() - from;
}
