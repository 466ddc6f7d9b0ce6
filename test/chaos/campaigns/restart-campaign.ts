import { eventually } from "../../support/eventually.ts";
import { type Evidence, type Settings, usualSettings } from "../checker/evidence.ts";
import { collect } from "../site/collect.ts";
import { heal } from "../site/healing.ts";
import { openSite } from "../site/site.ts";
import { Starter } from "../site/starter.ts";

export interface RestartRun {
  readonly evidence: Evidence;
  /** From "ready" of the restarted process to its first call, in ms; negative where the call came first. */
  readonly wentOnAfterMs: number;
}

/** With the usual lease: going on must not have to wait for it. */
const settings: Settings = usualSettings;

/** Kills a standalone with SIGKILL in the middle of its jobs and starts it again. */
export async function restartCampaign(plan: { readonly jobs: number; readonly seed: number }): Promise<RestartRun> {
  const receiver = { delayMs: [100, 400], seed: plan.seed } as const;
  await using site = await openSite({ ...settings, receiver, config: { sweep: "1s", poll: "1s" } });
  await site.fleet.start("standalone", "standalone");
  const starter = new Starter(() => site.fleet.url("standalone"), site.workflow);
  await starter.start(plan.jobs);
  await eventually("half of the calls were received", () => site.receiver.received() >= plan.jobs * 1.5);
  await site.fleet.replace("standalone");
  const readyAtMs = site.fleet.readyAtMs("standalone");
  await heal(site, "standalone", 60_000);
  const evidence = await collect(site, starter, settings, "standalone");
  await site.fleet.end();
  const first = evidence.calls
    .filter((call) => call.incarnation === "standalone-2")
    .reduce((least, call) => Math.min(least, call.receivedAtMs), Infinity);
  return { evidence, wentOnAfterMs: first - readyAtMs };
}
