import { expect, test } from "vitest";
import { check, describe as told } from "./checker/checker.ts";
import { stopCampaign } from "./stop-campaign.ts";

test("a worker that was stopped beyond its lease brings no result in", async () => {
  const run = await stopCampaign({ stops: 5, jobsPerStop: 12, seed: 3, healWithinMs: 60_000 });
  expect(told(check(run.evidence))).toBe("");
  expect(run.staleResults).toBeGreaterThan(0);
});
