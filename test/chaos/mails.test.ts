import { expect, test } from "vitest";
import { mailsCampaign } from "./campaigns/mails-campaign.ts";
import { whyMissing } from "./site/site-store.ts";

test.for(["sqlite", "mongodb"] as const)(
  "a mail server is killed and started again and again on %s, and every mail is sent, under one name in all its attempts",
  async (store, { skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await mailsCampaign({ store, jobs: 1000, kills: 6, seed: 5, healWithinMs: 120_000 });
    expect(run).toMatchObject({ done: 1000, unsent: [], renamed: [], shared: [] });
    expect(run.diedUnheard).toBeGreaterThan(0);
    expect(run.repeated).toBeGreaterThanOrEqual(run.diedUnheard); // each of these deaths left a mail that only its server knew of
    expect(run.triedAgain).toBeGreaterThan(0);
  },
);
