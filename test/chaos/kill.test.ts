import { test } from "vitest";
import { killCampaign } from "./campaigns/kill-campaign.ts";
import { check, describe as told } from "./checker/checker.ts";
import { whyMissing } from "./site/site-store.ts";

const stores = ["sqlite", "mongodb"] as const;

test.concurrent.for(stores)(
  "server and worker are killed again and again on %s, and every promise is kept",
  async (store, { expect, skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await killCampaign({ store, jobs: 120, kills: 5, seed: 7, healWithinMs: 120_000 });
    expect(told(check(run.evidence))).toBe("");
    expect(run.evidence.jobs).toHaveLength(120);
    expect(run.killed).toEqual({ server: 3, worker: 2 });
  },
);
