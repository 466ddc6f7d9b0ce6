import { expect, test } from "vitest";
import { restartCampaign } from "./campaigns/restart-campaign.ts";
import { check, describe as told } from "./checker/checker.ts";

test("a killed standalone goes on with its jobs when it is started again, without waiting for the lease", async () => {
  const { evidence, wentOnAfterMs } = await restartCampaign({ jobs: 60, seed: 5 });
  expect(told(check(evidence))).toBe("");
  expect(wentOnAfterMs).toBeLessThan(evidence.settings.leaseMs / 2);
});
