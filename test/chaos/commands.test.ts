import { test } from "vitest";
import { commandsCampaign } from "./campaigns/commands-campaign.ts";
import { whyMissing } from "./site/site-store.ts";

const sizes = [
  { store: "sqlite", jobs: 40, faults: 6 },
  { store: "mongodb", jobs: 20, faults: 3 },
] as const;

// They wait for leases most of the time.
test.concurrent.for(sizes)(
  "workers and commands are killed and stopped again and again on $store, and no command runs twice at once",
  async (size, { expect, skip }) => {
    const missing = await whyMissing(size.store);
    if (missing !== undefined) skip(missing);
    const run = await commandsCampaign({ ...size, seed: 11, healWithinMs: 120_000 });
    expect(run).toMatchObject({ done: size.jobs, notDone: [], overlaps: [], unfounded: [], left: 0 });
    expect(run.begun).toBeGreaterThan(run.done); // some were run again
  },
);

test.concurrent("nor where each worker is on a machine of its own: a job whose command nobody can see is failed rather than run beside it", async ({
  expect,
  skip,
}) => {
  const missing = await whyMissing("mongodb");
  if (missing !== undefined) skip(missing);
  const plan = { store: "mongodb", machines: true, jobs: 40, faults: 6, seed: 11, healWithinMs: 120_000 } as const;
  const run = await commandsCampaign(plan);
  expect(run).toMatchObject({ overlaps: [], unfounded: [] });
  // Where a worker comes back too late to tell, its command stays until the failed job is retried.
  expect(run.left).toBeLessThanOrEqual(2 * run.notDone.length);
  expect(run.notDone.filter((reason) => reason !== "worker_lost")).toEqual([]);
  expect(run.done).toBeGreaterThan(20); // most are ended where they were left, and run again
});
