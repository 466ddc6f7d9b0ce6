import { expect, test } from "vitest";
import { needsNatsServer } from "../support/nats/announced-program.ts";
import { natsCampaign } from "./campaigns/nats-campaign.ts";
import { whyMissing } from "./site/site-store.ts";

needsNatsServer();

const sizes = [
  { store: "sqlite", jobs: 1000, kills: 4 },
  { store: "mongodb", jobs: 200, kills: 3 },
] as const;

test.for(sizes)(
  "a NATS server is killed again and again under jobs on $store, and each message is in the stream once",
  async (size, { skip }) => {
    const missing = await whyMissing(size.store);
    if (missing !== undefined) skip(missing);
    const run = await natsCampaign({ ...size, seed: 3, healWithinMs: 120_000 });
    const { jobs, kills } = size;
    expect(run).toMatchObject({
      done: jobs,
      lost: [],
      doubled: [],
      messages: 2 * jobs,
      keys: 2 * jobs,
      workersKilled: 1,
    });
    expect(run.connectionsLost).toBeGreaterThanOrEqual(kills - 1); // what a killed worker would have noticed it does not tell
  },
);
