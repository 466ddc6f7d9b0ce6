import { expect, test } from "vitest";
import { check, describe as told } from "./checker/checker.ts";
import { killCampaign } from "./kill-campaign.ts";

test("server and worker are killed again and again, and every promise is kept", async () => {
  const run = await killCampaign({ jobs: 300, kills: 12, seed: 7, healWithinMs: 60_000 });
  expect(told(check(run.evidence))).toBe("");
  expect(run.evidence.jobs).toHaveLength(300);
});
