import { expect, test } from "vitest";
import { parkingCampaign } from "./campaigns/parking-campaign.ts";

test("jobs in a retry delay hold no slot: others start at once", async () => {
  const { otherCalledAfterMs } = await parkingCampaign({ jobs: 200, others: 3, looks: 1 });
  expect(otherCalledAfterMs).toHaveLength(3);
});
