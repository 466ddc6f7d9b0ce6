import { expect, test } from "vitest";
import { mailsCampaign } from "./campaigns/mails-campaign.ts";
import { whyMissing } from "./site/site-store.ts";

const sizes = [
  { store: "sqlite", jobs: 1000, kills: 4 },
  { store: "mongodb", jobs: 200, kills: 2 },
] as const;

test.for(sizes)(
  "a mail server is killed and started again and again on $store, and every mail is sent, under one name in all its attempts",
  async (size, { skip }) => {
    const missing = await whyMissing(size.store);
    if (missing !== undefined) skip(missing);
    const run = await mailsCampaign({ ...size, seed: 5, healWithinMs: 120_000 });
    expect(run).toMatchObject({ done: size.jobs, unsent: [], renamed: [], shared: [] });
    expect(run.diedUnheard).toBeGreaterThan(0);
    expect(run.repeated).toBeGreaterThanOrEqual(run.diedUnheard); // each of these deaths left a mail that only its server knew of
    expect(run.triedAgain).toBeGreaterThan(0);
  },
);
