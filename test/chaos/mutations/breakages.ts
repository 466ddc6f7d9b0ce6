import { killCampaign } from "../campaigns/kill-campaign.ts";
import { stopCampaign } from "../campaigns/stop-campaign.ts";
import type { Evidence, Invariant } from "../checker/evidence.ts";
import { fleetCampaign } from "../fleet/fleet-campaign.ts";
import { shortPlan } from "../fleet/plans.ts";
import type { StoreKind } from "../site/site-store.ts";
import type { Patch } from "./mutant.ts";

/** A way to break the product on purpose, and the run that must show it. */
export interface Breakage {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The checker must find one of these broken. */
  readonly breaks: Invariant;
  run(root: string, seed: number): Promise<Evidence>;
}

async function stops(root: string, seed: number, store: StoreKind): Promise<Evidence> {
  return (await stopCampaign({ root, store, stops: 6, jobsPerStop: 20, seed, healWithinMs: 30_000 })).evidence;
}

async function workerKills(root: string, seed: number, store: StoreKind): Promise<Evidence> {
  const victims = ["worker"] as const;
  return (await killCampaign({ root, store, jobs: 60, kills: 3, seed, victims, healWithinMs: 15_000 })).evidence;
}

async function serverKills(root: string, seed: number, store: StoreKind): Promise<Evidence> {
  const victims = ["server"] as const;
  return (await killCampaign({ root, store, jobs: 2000, kills: 8, seed, victims, healWithinMs: 60_000 })).evidence;
}

/** Starts go on while the primary is killed, again and again. */
async function primaryKills(root: string, seed: number): Promise<Evidence> {
  const nothingElse = { kills: 0, stops: 0, stepDowns: 0, busDrops: 0 };
  const plan = { ...shortPlan, ...nothingElse, root, seed, jobs: 4000, primaryKills: 4, faultEveryMs: 4000 };
  return (await fleetCampaign(plan)).evidence;
}

const anyFence: readonly Patch[] = [
  {
    file: "src/engine/attempt-finished.ts",
    find: '  if (job.lease?.fence !== event.fence) return ignored("stale_fence");\n',
    replace: "",
  },
  // A worker that notices by itself that its lease ran out would not even try.
  {
    file: "src/worker/life/incarnation.ts",
    find: "this.#alive && performance.now() - this.#acknowledgedAt < this.#settings.leaseMs - this.#settings.heartbeatMs",
    replace: "this.#alive",
  },
];

const noRescue: readonly Patch[] = [
  {
    file: "src/maintenance/rescue.ts",
    find: "if (!ended && lookingAt - observation.sinceMs < Math.max(this.#leaseMs, leaseMs)) continue;",
    replace: "if (!ended) continue;",
  },
  { file: "src/maintenance/neighbours.ts", find: "if (!isGone(row, self)) continue;", replace: "continue;" },
];

export const breakages: readonly Breakage[] = [
  {
    name: "a result is accepted under any fence",
    patches: anyFence,
    breaks: "I3",
    run: (root, seed) => stops(root, seed, "sqlite"),
  },
  {
    name: "a result is accepted under any fence, on MongoDB",
    patches: anyFence,
    breaks: "I3",
    run: (root, seed) => stops(root, seed, "mongodb"),
  },
  {
    name: "MongoDB takes a change whatever the version of the job is",
    patches: [
      {
        file: "src/store/mongodb/commands/commit-pipeline.ts",
        find: '{ $eq: ["$version", "$$own.expected"] }',
        replace: "true",
      },
    ],
    breaks: "I3",
    run: (root, seed) => stops(root, seed, "mongodb"),
  },
  {
    name: "a start is acknowledged before it is durable",
    patches: [
      {
        file: "src/jobs/placement/placed-insert.ts",
        find: "const [answer] = await deps.store.jobs.insert([start]);",
        replace:
          'void deps.store.jobs.insert([start]).catch(() => undefined); const [answer]: InsertAnswer[] = [{ kind: "inserted", leased: false }];',
      },
    ],
    breaks: "I1",
    run: (root, seed) => serverKills(root, seed, "sqlite"),
  },
  {
    name: "MongoDB acknowledges what its primary alone has",
    patches: [
      {
        file: "src/store/mongodb/outcome/write-command.ts",
        find: '{ w: "majority", j: true }',
        replace: "{ w: 1, j: false }",
      },
    ],
    breaks: "I1",
    run: primaryKills,
  },
  {
    name: "the jobs of lost workers are not given to others",
    patches: noRescue,
    breaks: "I6",
    run: (root, seed) => workerKills(root, seed, "sqlite"),
  },
  {
    name: "the jobs of lost workers are not given to others, on MongoDB",
    patches: noRescue,
    breaks: "I6",
    run: (root, seed) => workerKills(root, seed, "mongodb"),
  },
];
