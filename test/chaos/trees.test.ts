import { test } from "vitest";
import { killCampaign } from "./campaigns/kill-campaign.ts";
import { check, describe as told } from "./checker/checker.ts";
import { whyMissing } from "./site/site-store.ts";
import { tree } from "./site/workflows/tree.ts";
import { undone } from "./site/workflows/undone.ts";

const workflows = [
  ["run branches, lists, loops, waits and children", { workflow: tree, jobs: 24, kills: 3, seed: 7 }],
  ["undo what they did: each undo is done, the last first", { workflow: undone, jobs: 12, kills: 2, seed: 7 }],
] as const;

const cases = workflows.flatMap(([what, plan]) =>
  (["sqlite", "mongodb"] as const).map((store) => ({ what, plan, store })),
);

test.concurrent.for(cases)(
  "server and worker are killed again and again on $store while jobs $what",
  async ({ plan, store }, { expect, skip }) => {
    const missing = await whyMissing(store);
    if (missing !== undefined) skip(missing);
    const run = await killCampaign({ store, ...plan, healWithinMs: 120_000 });
    expect(told(check(run.evidence))).toBe("");
    expect(run.evidence.starts).toHaveLength(plan.jobs);
    expect(run.killed).toEqual({ server: 1, worker: plan.kills - 1 });
  },
);
