import { expect, test } from "vitest";
import { check, describe as told } from "./checker/checker.ts";
import { fleetCampaign } from "./fleet/fleet-campaign.ts";
import type { Fault } from "./fleet/plan.ts";
import { shortPlan } from "./fleet/plans.ts";
import { whyMissing } from "./site/site-store.ts";

test("a fleet on a replica set keeps every promise while its processes and its store are harmed", async ({ skip }) => {
  const missing = await whyMissing("replica-set");
  if (missing !== undefined) skip(missing);
  const run = await fleetCampaign(shortPlan);
  expect(told(check(run.evidence))).toBe("");
  expect(run.evidence.jobs).toHaveLength(shortPlan.jobs);
  expect(new Set(run.faults.map(nameOf))).toEqual(
    new Set([
      "kill worker at_once",
      "kill worker after_a_lease",
      "kill server at_once",
      "kill server after_a_lease",
      "stop worker",
      "stepped_down",
      "bus_dropped",
      "clock_moved",
    ]),
  );
});

function nameOf(fault: Fault): string {
  if (fault.kind === "kill") return `kill ${fault.of} ${fault.comesBack}`;
  return fault.kind === "stop" ? `stop ${fault.of}` : fault.kind;
}
