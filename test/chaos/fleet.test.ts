import { expect, test } from "vitest";
import { check, describe as told } from "./checker/checker.ts";
import { fleetCampaign } from "./fleet/fleet-campaign.ts";
import { shortPlan } from "./fleet/plans.ts";
import { whyMissing } from "./site/site-store.ts";

/** A minute where the machine has nothing else to do. */
const timeoutMs = 300_000;

test("a fleet on a replica set keeps every promise while its processes and its store are harmed", {
  timeout: timeoutMs,
}, async ({ skip }) => {
  const missing = await whyMissing("replica-set");
  if (missing !== undefined) skip(missing);
  const run = await fleetCampaign(shortPlan);
  expect(told(check(run.evidence))).toBe("");
  expect(run.evidence.jobs).toHaveLength(shortPlan.jobs);
});
