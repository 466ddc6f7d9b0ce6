import type { Evidence, Invariant } from "../checker/evidence.ts";
import { killCampaign } from "../kill-campaign.ts";
import { stopCampaign } from "../stop-campaign.ts";
import type { Patch } from "./mutant.ts";

/** A way to break the product on purpose, and the run that must show it. */
export interface Breakage {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The checker must find one of these broken. */
  readonly breaks: Invariant;
  run(root: string, seed: number): Promise<Evidence>;
}

export const breakages: readonly Breakage[] = [
  {
    name: "a result is accepted under any fence",
    patches: [
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
    ],
    breaks: "I3",
    run: async (root, seed) =>
      (await stopCampaign({ root, stops: 6, jobsPerStop: 20, seed, healWithinMs: 30_000 })).evidence,
  },
  {
    name: "a start is acknowledged before it is durable",
    patches: [
      {
        file: "src/jobs/start.ts",
        find: "const [answer] = await deps.store.jobs.insert([start]);",
        replace:
          'void deps.store.jobs.insert([start]).catch(() => undefined); const [answer]: InsertAnswer[] = [{ kind: "inserted", leased: false }];',
      },
    ],
    breaks: "I1",
    run: async (root, seed) => {
      const victims = ["server"] as const;
      return (await killCampaign({ root, jobs: 2000, kills: 8, seed, victims, healWithinMs: 60_000 })).evidence;
    },
  },
  {
    name: "the jobs of lost workers are not given to others",
    patches: [
      {
        file: "src/maintenance/rescue.ts",
        find: "if (!ended && lookingAt - observation.sinceMs < Math.max(this.#leaseMs, leaseMs)) continue;",
        replace: "if (lookingAt > 0) continue;",
      },
      { file: "src/maintenance/neighbours.ts", find: "if (!isGone(row, self)) continue;", replace: "continue;" },
    ],
    breaks: "I6",
    run: async (root, seed) => {
      const victims = ["worker"] as const;
      return (await killCampaign({ root, jobs: 60, kills: 3, seed, victims, healWithinMs: 15_000 })).evidence;
    },
  },
];
