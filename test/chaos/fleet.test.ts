import { expect, test } from "vitest";
import { check, describe as told } from "./checker/checker.ts";
import { fleetCampaign } from "./fleet/fleet-campaign.ts";
import { shortPlan } from "./fleet/plans.ts";
import { whyMissing } from "./site/site-store.ts";

test("a fleet on a replica set keeps every promise while its processes and its store are harmed", async ({ skip }) => {
  const missing = await whyMissing("replica-set");
  if (missing !== undefined) skip(missing);
  const run = await fleetCampaign(shortPlan);
  expect(told(check(run.evidence))).toBe("");
  expect(run.evidence.jobs).toHaveLength(shortPlan.jobs);
});
