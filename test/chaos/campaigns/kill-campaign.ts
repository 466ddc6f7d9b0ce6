import { type Evidence, type Settings, usualSettings } from "../checker/evidence.ts";
import { collect } from "../site/collect.ts";
import { heal } from "../site/healing.ts";
import { atMost } from "../site/moment.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import type { StoreKind } from "../site/site-store.ts";
import { Starter } from "../site/starter.ts";
import type { ChaosWorkflow } from "../site/workflows/chaos-workflow.ts";

export interface KillPlan {
  readonly root?: string;
  /** Default: SQLite. */
  readonly store?: StoreKind;
  /** Default: three tasks, one after the other. */
  readonly workflow?: ChaosWorkflow;
  readonly jobs: number;
  /** SIGKILLs, of server and worker together. */
  readonly kills: number;
  readonly seed: number;
  /** How long the jobs may take to end after the last kill. */
  readonly healWithinMs: number;
  /** Which processes are killed; default both. */
  readonly victims?: readonly ("server" | "worker")[];
}

export interface KillRun {
  readonly evidence: Evidence;
  readonly killed: { readonly server: number; readonly worker: number };
  /** Starts that were sent again. */
  readonly retriedStarts: number;
  readonly healedInMs: number;
}

/** With the usual lease, which nobody has to wait for: who is killed is started again on the same machine. A shorter one is lost where that is busy. */
const settings: Settings = usualSettings;

/** Longest wait for a moment that may not come, such as many calls while the worker is starting. */
const patienceMs = 2500;

/** Kills `server` and `worker`, two processes on one file, again and again while jobs are started; lets them heal; collects the evidence. */
export async function killCampaign(plan: KillPlan): Promise<KillRun> {
  const { root, store, workflow, seed } = plan;
  const receiver = { delayMs: [2, 120], refuseOneIn: 10, seed } as const;
  await using site = await openSite({
    ...settings,
    ...(root !== undefined && { root }),
    ...(store !== undefined && { store }),
    ...(workflow !== undefined && { workflow }),
    receiver,
  });
  await site.fleet.start("server", "server");
  await site.fleet.start("worker", "worker");
  const starter = new Starter(() => site.fleet.url("server"), site.workflow);
  const killed = await killWhileStarting(site, starter, plan);
  const healedInMs = await heal(site, "server", plan.healWithinMs);
  const evidence = await collect(site, starter, settings, "server");
  await site.fleet.end();
  return { evidence, killed, retriedStarts: starter.retries, healedInMs };
}

async function killWhileStarting(site: Site, starter: Starter, plan: KillPlan): Promise<KillRun["killed"]> {
  const random = randomFrom(plan.seed);
  const killed = { server: 0, worker: 0 };
  const victims = plan.victims ?? ["server", "worker"];
  const starting: Promise<void>[] = [];
  for (let kill = 0; kill < plan.kills; kill += 1) {
    const batch = Math.floor((plan.jobs * (kill + 1)) / plan.kills) - Math.floor((plan.jobs * kill) / plan.kills);
    const answersBefore = starter.answers;
    const callsBefore = site.receiver.received();
    starting.push(starter.start(batch));
    const victim = victims[Math.floor(random() * victims.length)] ?? "worker";
    const share = random();
    const due = (): boolean =>
      victim === "server"
        ? starter.answers - answersBefore >= share * batch
        : site.receiver.received() - callsBefore >= share * batch * site.workflow.steps.tasks.length;
    await atMost(patienceMs, due);
    killed[victim] += 1;
    await site.fleet.replace(victim);
  }
  await Promise.all(starting);
  return killed;
}
