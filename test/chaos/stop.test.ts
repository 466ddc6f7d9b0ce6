import { test } from "vitest";
import { stopCampaign } from "./campaigns/stop-campaign.ts";
import { check, describe as told } from "./checker/checker.ts";
import { whyMissing } from "./site/site-store.ts";

const stores = ["sqlite", "mongodb"] as const;

// They wait for leases most of the time.
test.concurrent.for(stores)(
  "a worker that was stopped beyond its lease brings no result in, on %s",
  async (store, { expect, skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await stopCampaign({ store, stops: 2, jobsPerStop: 12, seed: 3, leaseMs: 6000, healWithinMs: 120_000 });
    expect(told(check(run.evidence))).toBe("");
    expect(run.staleResults).toBeGreaterThan(0);
  },
);
