import { usualSettings } from "../checker/evidence.ts";
import type { FleetPlan } from "./plan.ts";

/** How much of each fault the long run has; environment variables change these figures. */
export const longPlan: FleetPlan = {
  store: "replica-set",
  servers: 3,
  workers: 4,
  jobs: 10_000,
  kills: 300,
  stops: 30,
  primaryKills: 6,
  stepDowns: 6,
  busDrops: 4,
  hintlessSpells: 8,
  withoutBus: 1,
  clockAheadMs: 3_600_000,
  seed: 1,
  faultEveryMs: 3500,
  healWithinMs: 180_000,
  // On MongoDB a write is tried for 20 s.
  settings: { ...usualSettings, leaseMs: 5000, heartbeatMs: 1000, clockSlackMs: 200, commitWithinMs: 22_000 },
  sweepMs: 1000,
  pollMs: 1000,
};

/** What every run of the tests does: each kind of fault but the rarest, in half a minute. */
export const shortPlan: FleetPlan = {
  ...longPlan,
  jobs: 300,
  kills: 10,
  stops: 1,
  primaryKills: 0,
  stepDowns: 1,
  busDrops: 1,
  hintlessSpells: 0,
  seed: 22, // has every kind of kill at least twice, and stops a worker
  faultEveryMs: 1000,
  healWithinMs: 120_000,
  settings: { ...longPlan.settings, leaseMs: 6000 },
};
