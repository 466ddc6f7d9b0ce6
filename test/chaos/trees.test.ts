import { expect, test } from "vitest";
import { killCampaign } from "./campaigns/kill-campaign.ts";
import { check, describe as told } from "./checker/checker.ts";
import { whyMissing } from "./site/site-store.ts";
import { tree } from "./site/workflows/tree.ts";

const stores = ["sqlite", "mongodb"] as const;

test.for(stores)(
  "server and worker are killed again and again on %s while jobs run branches, lists, loops, waits and children",
  async (store, { skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await killCampaign({ store, workflow: tree, jobs: 60, kills: 6, seed: 7, healWithinMs: 60_000 });
    expect(told(check(run.evidence))).toBe("");
    expect(run.evidence.starts).toHaveLength(60);
  },
);
