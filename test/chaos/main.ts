// The long runs, with their figures: `npm run test:chaos [kill] [stop] [restart] [parking] [commands] [mails] [nats]`, all by default, on SQLite.
// `npm run test:chaos -- trees` is `kill` with branches, lists, loops and waits, `... undos` with jobs that undo what they did; both, `... fleet` and `... fleet-stop` are on MongoDB unless CHAOS_STORE=sqlite.
// `mails` and `nats` are on MongoDB with CHAOS_STORE=mongodb. `commands` is on MongoDB with CHAOS_STORE=mongodb, and each worker on a machine of its own then.
// CHAOS_KILLS, CHAOS_FAULTS, CHAOS_JOBS, CHAOS_STOPS, CHAOS_RESTARTS, CHAOS_PARKED, CHAOS_PRIMARY_KILLS, CHAOS_STEP_DOWNS, CHAOS_BUS_DROPS,
// CHAOS_HINTLESS and CHAOS_SEED change their size; CHAOS_KEEP names a folder for what a fleet's run leaves behind.

import { commandsCampaign } from "./campaigns/commands-campaign.ts";
import { type KillPlan, killCampaign } from "./campaigns/kill-campaign.ts";
import { mailsCampaign } from "./campaigns/mails-campaign.ts";
import { natsCampaign } from "./campaigns/nats-campaign.ts";
import { parkingCampaign } from "./campaigns/parking-campaign.ts";
import { restartCampaign } from "./campaigns/restart-campaign.ts";
import { type StopPlan, stopCampaign } from "./campaigns/stop-campaign.ts";
import { check, describe } from "./checker/checker.ts";
import type { Evidence } from "./checker/evidence.ts";
import { fleetCampaign } from "./fleet/fleet-campaign.ts";
import { keep } from "./fleet/keep.ts";
import type { FleetPlan } from "./fleet/plan.ts";
import { longPlan } from "./fleet/plans.ts";
import { recoveryLimitMs, recoveryP99, report } from "./fleet/report.ts";
import { tree } from "./site/workflows/tree.ts";
import { undone } from "./site/workflows/undone.ts";

const seed = sizeOf("CHAOS_SEED", 1);
const onSqlite = process.env["CHAOS_STORE"] === "sqlite";
const onMongodb = process.env["CHAOS_STORE"] === "mongodb";

const byDefault: Readonly<Record<string, () => Promise<boolean>>> = {
  kill,
  stop,
  restart,
  parking,
  commands,
  mails,
  nats,
};
const runs: Readonly<Record<string, () => Promise<boolean>>> = {
  ...byDefault,
  trees,
  undos,
  fleet,
  "fleet-stop": fleetStop,
};

function sizeOf(variable: string, usual: number): number {
  return Number(process.env[variable] ?? usual);
}

/** Prints what the checker says; true where it found nothing. */
function judge(evidence: Evidence): boolean {
  const violations = check(evidence);
  const seen = `${evidence.jobs.length} jobs, ${evidence.calls.length} calls`;
  console.log(
    violations.length === 0 ? `  I1 to I6 hold over ${seen}` : `  BROKEN over ${seen}:\n${describe(violations)}`,
  );
  return violations.length === 0;
}

/** Calls beyond one a task and refusal: work that a fault made the product do again. */
function repeated({ calls, starts, steps }: Evidence): number {
  return calls.filter((call) => call.status < 400).length - starts.length * steps.tasks.length;
}

function kill(): Promise<boolean> {
  const sizes = { jobs: sizeOf("CHAOS_JOBS", 3000), kills: sizeOf("CHAOS_KILLS", 60) };
  return kills({ ...sizes, seed, healWithinMs: 180_000 }, "three tasks");
}

function trees(): Promise<boolean> {
  const sizes = { jobs: sizeOf("CHAOS_JOBS", 600), kills: sizeOf("CHAOS_KILLS", 40) };
  const store = onSqlite ? "sqlite" : "mongodb";
  return kills({ ...sizes, store, workflow: tree, seed, healWithinMs: 180_000 }, `${tree.steps.tasks.length} steps`);
}

function undos(): Promise<boolean> {
  const sizes = { jobs: sizeOf("CHAOS_JOBS", 1000), kills: sizeOf("CHAOS_KILLS", 40) };
  const store = onSqlite ? "sqlite" : "mongodb";
  return kills({ ...sizes, store, workflow: undone, seed, healWithinMs: 180_000 }, "three calls and their undos");
}

async function kills(plan: KillPlan, what: string): Promise<boolean> {
  console.log(`kill: ${plan.kills} SIGKILLs over ${plan.jobs} jobs of ${what}, one call in ten refused, seed ${seed}`);
  const { evidence, killed, retriedStarts, healedInMs } = await killCampaign(plan);
  console.log(`  killed: server ${killed.server}, worker ${killed.worker}; starts sent again: ${retriedStarts}`);
  console.log(
    `  calls repeated after a kill: ${repeated(evidence)}; healed ${seconds(healedInMs)} after the last kill`,
  );
  return judge(evidence);
}

function stop(): Promise<boolean> {
  return stops({ stops: sizeOf("CHAOS_STOPS", 100), jobsPerStop: 20, seed, healWithinMs: 180_000 });
}

function fleetStop(): Promise<boolean> {
  const store = onSqlite ? "sqlite" : "replica-set";
  return stops({ store, stops: sizeOf("CHAOS_STOPS", 200), jobsPerStop: 20, seed, healWithinMs: 180_000 });
}

async function stops(plan: StopPlan): Promise<boolean> {
  console.log(`stop: ${plan.stops} SIGSTOPs beyond the lease, seed ${seed}`);
  const { evidence, takenOver, staleResults } = await stopCampaign(plan);
  console.log(
    `  open calls taken over by the other worker: ${takenOver}; of those, stale results at hand: ${staleResults}`,
  );
  return judge(evidence);
}

async function fleet(): Promise<boolean> {
  const plan: FleetPlan = {
    ...longPlan,
    ...(onSqlite && { store: "sqlite" }),
    jobs: sizeOf("CHAOS_JOBS", longPlan.jobs),
    kills: sizeOf("CHAOS_KILLS", longPlan.kills),
    stops: sizeOf("CHAOS_STOPS", longPlan.stops),
    primaryKills: sizeOf("CHAOS_PRIMARY_KILLS", longPlan.primaryKills),
    stepDowns: sizeOf("CHAOS_STEP_DOWNS", longPlan.stepDowns),
    busDrops: sizeOf("CHAOS_BUS_DROPS", longPlan.busDrops),
    hintlessSpells: sizeOf("CHAOS_HINTLESS", longPlan.hintlessSpells),
    seed,
  };
  console.log(`fleet on ${plan.store}: ${plan.jobs} jobs of three tasks, one call in ten refused, seed ${seed}`);
  const run = await fleetCampaign(plan);
  const folder = process.env["CHAOS_KEEP"];
  if (folder !== undefined) await keep(run, folder);
  for (const line of report(plan, run)) console.log(`  ${line}`);
  const [p99, limit] = [recoveryP99(run.evidence), recoveryLimitMs(plan)];
  console.log(
    `  recovery p99 ${p99.toFixed(0)} ms ${p99 < limit ? "is" : "is NOT"} under ${limit} ms (lease + sweep + 2 s)`,
  );
  return judge(run.evidence) && p99 < limit;
}

async function restart(): Promise<boolean> {
  const times: number[] = [];
  let kept = true;
  for (let run = 0; run < sizeOf("CHAOS_RESTARTS", 5); run += 1) {
    const { evidence, wentOnAfterMs } = await restartCampaign({ jobs: 200, seed: seed + run });
    times.push(wentOnAfterMs);
    kept = judge(evidence) && kept;
  }
  console.log(`restart: ready to first call ${times.map((ms) => `${ms.toFixed(0)} ms`).join(", ")}`);
  return kept && Math.max(...times) < 2000;
}

async function parking(): Promise<boolean> {
  const jobs = sizeOf("CHAOS_PARKED", 10_000);
  const { few, many, otherCalledAfterMs } = await parkingCampaign({ jobs, others: 20 });
  const told = ({ rssMib, heapMib }: typeof few): string =>
    `RSS ${rssMib.toFixed(1)} MiB, heap ${heapMib.toFixed(1)} MiB`;
  console.log(`parking: ${jobs / 100} parked: ${told(few)}; ${jobs} parked: ${told(many)}`);
  const sorted = otherCalledAfterMs.toSorted((a, b) => a - b);
  console.log(`  other jobs meanwhile, start to call: ${sorted.map((ms) => ms.toFixed(1)).join(" ")} ms`);
  return many.rssMib - few.rssMib < 10 && many.heapMib - few.heapMib < 10;
}

async function commands(): Promise<boolean> {
  const plan = { jobs: sizeOf("CHAOS_JOBS", 600), faults: sizeOf("CHAOS_FAULTS", 60), seed, healWithinMs: 300_000 };
  console.log(
    `commands: ${plan.faults} faults over ${plan.jobs} jobs that run a command which holds a lock, seed ${seed}`,
  );
  const run = await commandsCampaign(onMongodb ? { ...plan, store: "mongodb", machines: true } : plan);
  const faults = Object.entries(run.faults).map(([fault, count]) => `${fault} ${count}`);
  console.log(`  ${faults.join(", ")}; runs begun ${run.begun}, come to their end ${run.ended}`);
  const wrong = run.notDone.filter((reason) => !onMongodb || reason !== "worker_lost");
  const kept = wrong.length + run.overlaps.length + run.unfounded.length + run.left === 0;
  console.log(
    kept
      ? `  no command ran twice at once; ${run.done} jobs are done, ${run.notDone.length} failed as nobody could tell`
      : `  BROKEN: not done ${wrong.length}, overlaps ${run.overlaps.length}, unfounded ${run.unfounded.length}, processes left ${run.left}`,
  );
  return kept;
}

async function mails(): Promise<boolean> {
  const plan = { jobs: sizeOf("CHAOS_JOBS", 1000), kills: sizeOf("CHAOS_KILLS", 20), seed, healWithinMs: 180_000 };
  console.log(
    `mails: ${plan.kills} kills of the mail server over ${plan.jobs} jobs that send a mail each, seed ${seed}`,
  );
  const run = await mailsCampaign(onMongodb ? { ...plan, store: "mongodb" } : plan);
  const shown = run.diedUnheard > 0 && run.repeated >= run.diedUnheard && run.triedAgain > 0;
  const kept = run.done === plan.jobs && shown && run.unsent.length + run.renamed.length + run.shared.length === 0;
  console.log(
    kept
      ? `  every mail was sent, under one Message-ID in all its attempts; tried again: ${run.triedAgain}, taken once more: ${run.repeated}`
      : `  BROKEN: done ${run.done}, unsent ${run.unsent.length}, renamed ${run.renamed.length}, shared ${run.shared.length}, tried again ${run.triedAgain}, died unheard ${run.diedUnheard}, taken once more ${run.repeated}`,
  );
  return kept;
}

async function nats(): Promise<boolean> {
  const plan = { jobs: sizeOf("CHAOS_JOBS", 1000), kills: sizeOf("CHAOS_KILLS", 20), seed, healWithinMs: 300_000 };
  console.log(`nats: the server is killed ${plan.kills} times under ${plan.jobs} jobs of two messages, seed ${seed}`);
  const run = await natsCampaign(onMongodb ? { ...plan, store: "mongodb" } : plan);
  console.log(`  connections lost: ${run.connectionsLost}; workers killed: ${run.workersKilled}`);
  console.log(
    `  jobs done: ${run.done}; messages: ${run.messages}, lost of ${run.lost.length} jobs, doubled of ${run.doubled.length}`,
  );
  return run.done === plan.jobs && run.lost.length === 0 && run.doubled.length === 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(byDefault)) {
  const run = runs[name];
  if (run === undefined) throw new Error(`There is no run ${name}: ${Object.keys(runs).join(", ")}`);
  if (!(await run())) process.exitCode = 1;
}
