import { expect, test } from "vitest";
import { needsNatsServer } from "../support/nats/announced-program.ts";
import { natsCampaign } from "./campaigns/nats-campaign.ts";
import { whyMissing } from "./site/site-store.ts";

needsNatsServer();

const stores = ["sqlite", "mongodb"] as const;

test.for(stores)(
  "a NATS server is killed again and again under jobs on %s, and each message is in the stream once",
  async (store, { skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await natsCampaign({ store, jobs: 1000, kills: 4, seed: 3, healWithinMs: 120_000 });
    expect(run).toMatchObject({ done: 1000, lost: [], doubled: [], messages: 2000, keys: 2000, workersKilled: 1 });
    expect(run.connectionsLost).toBeGreaterThanOrEqual(3); // what a killed worker would have noticed it does not tell
  },
);
