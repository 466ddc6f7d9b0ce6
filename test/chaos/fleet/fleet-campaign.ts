import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Evidence } from "../checker/evidence.ts";
import { collect } from "../site/collect.ts";
import type { Particulars, ProcessLog } from "../site/fleet.ts";
import { heal } from "../site/healing.ts";
import { peculiar } from "../site/preloads.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import { Starter } from "../site/starter.ts";
import { Background } from "./background.ts";
import { Members } from "./members.ts";
import { type Fault, type FleetPlan, faultsOf, type ProcessFault, type StoreFault } from "./plan.ts";
import { StoreFaults } from "./store-faults.ts";

export interface FleetRun {
  readonly evidence: Evidence;
  readonly faults: readonly Fault[];
  readonly logs: readonly ProcessLog[];
  /** Starts that were sent again. */
  readonly retriedStarts: number;
  readonly tookMs: number;
  readonly healedInMs: number;
}

/** How long hints are suppressed at a time. */
const hintlessMs = 6000;

/** Harms the processes of a fleet and its store again and again while jobs are started; lets them heal; collects the evidence. */
export async function fleetCampaign(plan: FleetPlan): Promise<FleetRun> {
  const { root, seed, settings, store } = plan;
  const beganAtMs = performance.now();
  const receiver = { delayMs: [20, 1200], refuseOneIn: 10, seed } as const;
  await using site = await openSite({
    ...settings,
    ...(root !== undefined && { root }),
    store,
    receiver,
    config: { sweep: `${plan.sweepMs}ms`, poll: `${plan.pollMs}ms` },
  });
  const random = randomFrom(seed);
  const members = new Members(site.fleet, random);
  const stepFile = join(site.folder, "clock-moved");
  await startMembers(members, plan, stepFile);
  const { mongod } = site.store;
  await using storeFaults = mongod === undefined ? undefined : await StoreFaults.open(mongod);
  const starter = new Starter(members.url, site.workflow);
  const faults = faultsOf(plan, random);
  await harmWhileStarting({ site, members, starter, storeFaults, stepFile, random }, faults, plan);
  const healedInMs = await heal(site, "server-1", plan.healWithinMs);
  site.fleet.nobodyCrashed();
  const evidence = await collect(site, starter, settings, "server-1", storeFaults?.outages);
  await site.fleet.end();
  const tookMs = performance.now() - beganAtMs;
  const logs = site.fleet.logs();
  return { evidence, faults, logs, retriedStarts: starter.retries, tookMs, healedInMs };
}

async function startMembers(members: Members, plan: FleetPlan, stepFile: string): Promise<void> {
  const start = (role: "server" | "worker", index: number): Promise<void> => {
    const busOff = plan.store !== "sqlite" && index <= plan.withoutBus;
    const aheadMs = role === "worker" && index === plan.workers ? plan.clockAheadMs : undefined;
    const particulars = (host: string): Particulars => ({
      env: {
        ...peculiar({ host, ...(aheadMs !== undefined && { clock: { aheadMs, stepFile } }) }),
        ...(busOff && { WORKFLOWS_BUS: "off" }),
      },
      clockAheadMs: aheadMs ?? 0,
    });
    return members.start(`${role}-${index}`, role, particulars);
  };
  await start("server", 1); // makes the store
  const others = Array.from({ length: plan.servers - 1 }, (_, index) => start("server", index + 2));
  const workers = Array.from({ length: plan.workers }, (_, index) => start("worker", index + 1));
  await Promise.all([...others, ...workers]);
}

interface Scene {
  readonly site: Site;
  readonly members: Members;
  readonly starter: Starter;
  readonly storeFaults: StoreFaults | undefined;
  /** Moves the clock when it is there. */
  readonly stepFile: string;
  readonly random: () => number;
}

async function harmWhileStarting(scene: Scene, faults: readonly Fault[], plan: FleetPlan): Promise<void> {
  const { site, members, starter, storeFaults, stepFile, random } = scene;
  const starting = new Background();
  const harmingStore = new Background();
  const upTo = (count: number): number => Math.floor((plan.jobs * count) / faults.length);
  for (const [index, fault] of faults.entries()) {
    site.fleet.nobodyCrashed();
    const batch = upTo(index + 1) - upTo(index);
    const pauseMs = plan.faultEveryMs * (0.5 + random());
    const steps = Math.max(1, batch);
    for (let step = 0; step < steps; step += 1) {
      if (step < batch) starting.add(starter.start(1));
      await delay(pauseMs / steps);
    }
    if (fault.kind === "kill" || fault.kind === "stop") await harmProcess(members, fault, plan, random);
    else if (fault.kind === "clock_moved") await writeFile(stepFile, "");
    else if (storeFaults !== undefined) harmingStore.add(harmStore(storeFaults, fault));
  }
  await harmingStore.done();
  await members.allBack();
  await storeFaults?.settled();
  await starting.done();
}

/** Resolves once it is done; the process comes back by itself. */
function harmProcess(members: Members, fault: ProcessFault, plan: FleetPlan, random: () => number): Promise<void> {
  const { leaseMs } = plan.settings;
  if (fault.kind === "stop") return members.stop(fault.of, leaseMs * fault.leases);
  return members.kill(fault.of, fault.comesBack === "at_once" ? 0 : leaseMs + plan.sweepMs + 2000 * random());
}

function harmStore(faults: StoreFaults, fault: StoreFault): Promise<void> {
  switch (fault.kind) {
    case "primary_killed":
      return faults.killPrimary();
    case "stepped_down":
      return faults.stepDown();
    case "bus_dropped":
      return faults.dropBus();
    case "hintless":
      return faults.withoutHints(fault.what, hintlessMs);
    default:
      return fault satisfies never;
  }
}
