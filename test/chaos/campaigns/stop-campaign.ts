import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "../../support/clocks/monotonic-clock.ts";
import { eventually } from "../../support/eventually.ts";
import { type Call, type Evidence, type Settings, usualSettings } from "../checker/evidence.ts";
import { collect, toCall } from "../site/collect.ts";
import { heal } from "../site/healing.ts";
import { atMost } from "../site/moment.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import type { StoreKind } from "../site/site-store.ts";
import { Starter } from "../site/starter.ts";

export interface StopPlan {
  readonly root?: string;
  /** Default: SQLite. */
  readonly store?: StoreKind;
  /** SIGSTOPs, each for longer than the lease. */
  readonly stops: number;
  readonly jobsPerStop: number;
  readonly seed: number;
  /** Default: 1,000. Long enough that a machine which does other things too is not taken for a stopped one. */
  readonly leaseMs?: number;
  /** How long the jobs may take to end after a stop. */
  readonly healWithinMs: number;
}

export interface StopRun {
  readonly evidence: Evidence;
  /** Calls that were open when their worker was stopped, and made again by another worker before it went on. */
  readonly takenOver: number;
  /** Of those: how many had been answered, so that the stopped worker woke up with a result for a job that it had lost. */
  readonly staleResults: number;
}

function settingsOf({ leaseMs = 1000 }: StopPlan): Settings {
  return { ...usualSettings, leaseMs, heartbeatMs: Math.round(leaseMs * 0.3) };
}

/** Stops the busier of two workers for longer than its lease while its calls are open; the other takes over; then it goes on. */
export async function stopCampaign(plan: StopPlan): Promise<StopRun> {
  const { root, store, seed } = plan;
  const settings = settingsOf(plan);
  const receiver = { delayMs: [200, 1500], refuseOneIn: 10, seed } as const;
  await using site = await openSite({
    ...settings,
    ...(root !== undefined && { root }),
    ...(store !== undefined && { store }),
    receiver,
  });
  await site.fleet.start("server", "server");
  await Promise.all(["worker-a", "worker-b"].map((name) => site.fleet.start(name, "worker")));
  const starter = new Starter(() => site.fleet.url("server"), site.workflow);
  await stopWhileStarting(site, starter, plan);
  const evidence = await collect(site, starter, settings, "server");
  await site.fleet.end();
  return { evidence, ...takeOvers(evidence) };
}

async function stopWhileStarting(site: Site, starter: Starter, plan: StopPlan): Promise<void> {
  const random = randomFrom(plan.seed);
  const { leaseMs } = settingsOf(plan);
  for (let stop = 0; stop < plan.stops; stop += 1) {
    const callsBefore = site.receiver.received();
    await starter.start(plan.jobsPerStop);
    await atMost(10_000, () => site.receiver.received() - callsBefore >= plan.jobsPerStop);
    const victim = busier(site);
    const registrations = registered(site, victim);
    const resume = site.fleet.stop(victim);
    await takenOverWithin(3 * leaseMs, site, victim, monotonicMs());
    await delay(leaseMs * 0.25 * random());
    resume();
    await atMost(leaseMs + 30_000, () => registered(site, victim) > registrations);
    // A job that loses worker after worker without a result runs alone: one stop at a time keeps this about fences.
    await heal(site, "server", plan.healWithinMs);
  }
}

/** The worker of which more calls are open: the one may have taken all jobs. */
function busier({ receiver, fleet }: Site): string {
  const openOf = (name: string): number =>
    receiver.open().filter((incarnation) => incarnation === fleet.incarnation(name)).length;
  return openOf("worker-a") > openOf("worker-b") ? "worker-a" : "worker-b";
}

/** Waits until a call that was open when its worker was stopped has been answered, and made again by the other worker; no longer than this, where none was. */
async function takenOverWithin(limitMs: number, site: Site, victim: string, stoppedAtMs: number): Promise<void> {
  const stopped = site.fleet.incarnation(victim);
  const isTakenOver = async (): Promise<boolean> => {
    const calls = (await site.receiver.calls()).map(toCall);
    return calls.some(
      (call) =>
        call.incarnation === stopped &&
        call.receivedAtMs < stoppedAtMs &&
        (call.answeredAtMs ?? 0) > stoppedAtMs &&
        calls.some((other) => isRepetition(other, call) && other.receivedAtMs > stoppedAtMs),
    );
  };
  await eventually("a call is made again", isTakenOver, { withinMs: limitMs, everyMs: 100 }).catch(() => undefined);
}

/** The same step, called by another worker. */
function isRepetition(other: Call, call: Call): boolean {
  return other.marker === call.marker && other.task === call.task && other.incarnation !== call.incarnation;
}

/** How often a worker has begun a new incarnation, by its log: after a stop it does so as soon as it knows that it lost its lease. */
function registered(site: Site, name: string): number {
  return site.fleet.output(name).split("worker registered").length - 1;
}

function takeOvers({ calls, incarnations }: Evidence): { takenOver: number; staleResults: number } {
  const byStep = Map.groupBy(calls, (call) => `${call.marker}/${call.task}`);
  let takenOver = 0;
  let staleResults = 0;
  for (const call of calls) {
    const stops = incarnations.find((incarnation) => incarnation.name === call.incarnation)?.stops ?? [];
    const stop = stops.find(
      ({ fromMs }) => call.receivedAtMs < fromMs && (call.answeredAtMs === undefined || call.answeredAtMs > fromMs),
    );
    if (stop === undefined) continue;
    const others = byStep.get(`${call.marker}/${call.task}`) ?? [];
    const again = others.some(
      ({ incarnation, receivedAtMs }) =>
        incarnation !== call.incarnation && receivedAtMs > stop.fromMs && receivedAtMs < stop.toMs,
    );
    if (!again) continue;
    takenOver += 1;
    if (call.answeredAtMs !== undefined) staleResults += 1;
  }
  return { takenOver, staleResults };
}
